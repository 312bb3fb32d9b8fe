"""Learning from what is written: only when asked to, kept here, and forgotten on request."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.conftest import listen, ready
from tests.web.pages import suggestions, text_of, typing, until

NAME = "Rajeshwari"
# What IndexedDB holds: null, or whether learning is on and the bytes of the profile.
STORED = """() => new Promise(resolve => {
  const request = indexedDB.open(`elman ${new URL('.', document.baseURI).pathname}`);
  request.onsuccess = () => {
    const get = request.result.transaction('learning').objectStore('learning').get('stored');
    get.onsuccess = () => {
      request.result.close();
      const found = get.result;
      resolve(found ? { on: found.on, bytes: found.bytes ? [...found.bytes] : null } : null);
    };
  };
})"""
DAMAGE = """() => new Promise(resolve => {
  const request = indexedDB.open(`elman ${new URL('.', document.baseURI).pathname}`);
  request.onsuccess = () => {
    const table = request.result.transaction('learning', 'readwrite').objectStore('learning');
    const get = table.get('stored');
    get.onsuccess = () => {
      get.result.bytes[50] ^= 1;
      table.put(get.result, 'stored').onsuccess = () => { request.result.close(); resolve(); };
    };
  };
})"""


# Other tabs cannot change what is stored until `isHeld` is false.
HOLD_STORE = """async () => {
  const [{ name }] = await indexedDB.databases();
  globalThis.isHeld = true;
  await new Promise(resolve => {
    const request = indexedDB.open(name);
    request.onsuccess = () => {
      const table = request.result.transaction('learning', 'readwrite').objectStore('learning');
      const hold = () => {
        resolve();
        if (isHeld) table.get('stored').onsuccess = hold;
        else request.result.close();
      };
      hold();
    };
  });
}"""

UNLEARNED = "Object.keys(localStorage).filter(key => /^unlearned/.test(key))"


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(service_workers="block")
    yield opened
    opened.close()


def tab(window: BrowserContext, address: str) -> Page:
    """A tab in which learning can be turned on."""
    page = window.new_page()
    page.goto(address)
    ready(page)
    expect(page.get_by_label("Learn from what I write")).to_be_enabled()
    return page


def learn(page: Page, *lines: str) -> None:
    """Turn learning on if it is off, and write lines, as they are."""
    page.get_by_label("Correct typing errors").uncheck()
    page.get_by_label("Learn from what I write").check()
    write(page, *lines)


def teach(page: Page) -> None:
    """Write the name in two lines, and wait until both are learned."""
    learn(page, f"ask {NAME}", f"tell {NAME}")
    counts(page, 3)


def write(page: Page, *lines: str) -> None:
    for line in lines:
        page.locator("#write-text").press_sequentially(f"{line}\n")


def counts(page: Page, number: int) -> None:
    """Wait until the page shows that it learned this many words."""
    expect(page.locator("#learned-count")).to_have_text(str(number))


def words(page: Page) -> list[str]:
    if page.locator("#learned").get_attribute("open") is None:
        page.locator("#learned summary").click()
    expect(page.locator("#learned-words li, #learned-none:not([hidden])").first).to_be_visible()
    return page.locator("#learned-words .word").all_inner_texts()


def offered(page: Page, letters: str = "raj") -> bool:
    """Whether the name is suggested after its first letters, which are then deleted."""
    typing(page, letters)
    found = NAME in suggestions(page)
    for _ in letters:
        page.keyboard.press("Backspace")
    return found


def answer(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def test_a_name_in_ten_messages_is_offered_after_two_and_not_before(page: Page):
    learn(page, f"ask {NAME}")
    counts(page, 2)
    assert not offered(page)
    write(page, f"tell {NAME} that")
    counts(page, 4)
    assert offered(page)
    write(page, *(f"ask {NAME} {word}" for word in ("a", "b", "c", "d", "e", "f", "g", "h")))
    counts(page, 12)
    assert offered(page, "r")


def test_while_the_switch_is_off_nothing_is_learned_or_stored(page: Page):
    write(page, f"ask {NAME}", f"ask {NAME}")
    page.get_by_role("tab", name="Generate").click()
    assert page.evaluate(STORED) is None
    page.get_by_role("tab", name="Write").click()
    learn(page, "good")
    counts(page, 1)
    assert words(page) == ["good"]


def test_the_last_line_is_learned_when_the_text_is_left(page: Page):
    learn(page)
    page.locator("#write-text").press_sequentially("ask Zoe")
    page.get_by_role("tab", name="Write").focus()
    counts(page, 2)


def test_a_line_that_goes_on_after_it_was_left_counts_once(page: Page):
    learn(page)
    page.locator("#write-text").press_sequentially(f"ask {NAME}")
    page.get_by_role("tab", name="Write").focus()
    counts(page, 2)
    page.locator("#write-text").press("End")
    write(page, " now")
    counts(page, 3)
    assert not offered(page)


def test_pasted_and_restored_text_is_not_learned(page: Page):
    learn(page, "ask Zoe")
    counts(page, 2)
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("button", name="Undo clear").click()
    page.locator("#write-text").evaluate(
        "area => { area.focus(); area.setRangeText('pasted words\\n', area.value.length,"
        " area.value.length, 'end'); area.dispatchEvent(new InputEvent('input',"
        " { inputType: 'insertFromPaste', bubbles: true })); }"
    )
    write(page, "last")
    counts(page, 3)
    assert words(page) == ["last", "Zoe", "ask"]
    expect(page.locator("#learned-words .note").filter(has_text="times")).to_have_count(0)


def test_words_that_are_typed_before_others_are_pasted_are_learned(page: Page):
    learn(page)
    page.locator("#write-text").press_sequentially("ask Zoe ")
    page.evaluate(
        "() => { const area = document.querySelector('#write-text');"
        " area.setRangeText('pasted', area.value.length, area.value.length, 'end');"
        " area.dispatchEvent(new InputEvent('input',"
        " { inputType: 'insertFromPaste', bubbles: true })); }"
    )
    write(page, " now")
    counts(page, 3)
    assert words(page) == ["now", "Zoe", "ask"]


def test_secrets_and_addresses_are_not_learned(page: Page):
    learn(page, "code a1b2c3 pin 49281 mail me@example.org end")
    counts(page, 4)
    assert sorted(words(page)) == ["code", "end", "mail", "pin"]


def test_a_forgotten_word_is_gone_until_it_is_taken_back(page: Page):
    teach(page)
    words(page)
    page.get_by_role("button", name=f"Forget {NAME}").click()
    expect(page.locator("#learned-note")).to_contain_text(f"{NAME} was forgotten")
    expect(page.get_by_role("button", name="Forget tell")).to_be_focused()
    write(page, f"ask {NAME}", f"ask {NAME} now")
    counts(page, 3)
    assert words(page) == ["now", "ask", "tell"]
    assert not offered(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    counts(page, 4)
    assert offered(page)


@pytest.mark.every_size
def test_a_button_does_not_move_while_it_is_pressed(page: Page):
    teach(page)
    words(page)
    page.locator("#write-text").press_sequentially("good day")
    button = page.get_by_role("button", name=f"Forget {NAME}")
    button.scroll_into_view_if_needed()
    button.hover()
    page.mouse.down()
    # The text was left, so its last line is learned.
    counts(page, 5)
    page.mouse.up()
    expect(page.locator("#learned-note")).to_contain_text(f"{NAME} was forgotten")
    assert words(page) == ["day", "good", "tell", "ask"]


@pytest.mark.every_size
def test_the_words_are_searched_and_only_some_are_shown_at_first(page: Page):
    letters = [f"{one}{two}x" for one in "abcdefgh" for two in "abcdefgh"]
    learn(page, " ".join(letters[:60]))
    counts(page, 60)
    assert len(words(page)) == 50
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#learned-words li")).to_have_count(60)
    page.get_by_label("Search learned words").fill("AB")
    assert words(page) == ["abx"]
    page.get_by_label("Search learned words").fill("none")
    expect(page.locator("#learned-none")).to_have_text("No learned words match.")


def test_what_was_learned_survives_a_reload(page: Page):
    teach(page)
    page.reload()
    ready(page)
    expect(page.get_by_label("Learn from what I write")).to_be_checked()
    counts(page, 3)
    assert offered(page)
    # The draft, which is back in the field, is not learned again.
    write(page, "now")
    counts(page, 4)
    assert words(page) == ["now", NAME, "tell", "ask"]
    expect(page.locator("#learned-words li").nth(1)).to_contain_text("2 times")


@pytest.mark.parametrize("way", ["close", "reload"])
def test_the_line_that_is_written_when_the_page_closes_is_learned_at_the_next_visit(
    window: BrowserContext, address: str, way: str
):
    page = tab(window, address)
    learn(page)
    page.locator("#write-text").press_sequentially("ask Zoe")
    if way == "reload":
        page.reload()
    else:
        page.close(run_before_unload=True)
        page = tab(window, address)
    counts(page, 2)
    assert words(page) == ["Zoe", "ask"]
    assert page.evaluate(UNLEARNED) == []
    if way == "reload":
        # The draft, which is back in the field, is not learned again.
        write(page, " now")
        counts(page, 3)
        expect(page.locator("#learned-words .note").filter(has_text="times")).to_have_count(0)


def test_no_word_of_either_tab_is_lost(window: BrowserContext, address: str):
    one, other = tab(window, address), tab(window, address)
    learn(one, f"ask {NAME}")
    expect(other.get_by_label("Learn from what I write")).to_be_checked()
    write(other, f"tell {NAME}")
    for page in (one, other):
        counts(page, 3)
        assert offered(page)
    one.get_by_label("Learn from what I write").uncheck()
    answer(one, "Keep")
    expect(other.get_by_label("Learn from what I write")).not_to_be_checked()
    write(other, "not learned")
    counts(other, 3)


def test_two_tabs_that_learn_at_the_same_time_keep_everything(window: BrowserContext, address: str):
    one, other = tab(window, address), tab(window, address)
    learn(one)
    expect(other.get_by_label("Learn from what I write")).to_be_checked()
    send = """letter => {
      const area = document.querySelector('#write-text');
      area.focus();
      for (let place = 0; place < 20; place += 1) {
        const word = letter + 'bcdefghijklmnopqrstu'[place];
        document.execCommand('insertText', false, word);
        document.execCommand('insertText', false, '\\n');
      }
    }"""
    one.evaluate(send, "v")
    other.evaluate(send, "w")
    counts(one, 40)
    counts(other, 40)


def test_tabs_that_wait_for_the_store_keep_their_lines_apart(window: BrowserContext, address: str):
    # In entries of their own: two processes can change one entry at the same time.
    one, other, third = (tab(window, address) for _ in range(3))
    learn(one)
    for page in (other, third):
        expect(page.get_by_label("Learn from what I write")).to_be_checked()
    third.evaluate(HOLD_STORE)
    write(one, "ask")
    write(other, "tell")
    third.wait_for_function(f"{UNLEARNED}.length === 2")
    third.evaluate("isHeld = false")
    for page in (one, other, third):
        counts(page, 2)
        page.wait_for_function(f"{UNLEARNED}.length === 0")


def test_turning_it_off_keeps_the_words_or_deletes_them(page: Page):
    teach(page)
    page.get_by_label("Learn from what I write").uncheck()
    answer(page, "Keep")
    write(page, "not learned")
    counts(page, 3)
    assert offered(page)
    page.get_by_label("Learn from what I write").check()
    page.get_by_label("Learn from what I write").uncheck()
    answer(page, "Delete")
    expect(page.locator("#learned")).to_be_hidden()
    assert not offered(page)
    assert page.evaluate(STORED) is None


def test_delete_all_leaves_nothing(page: Page):
    teach(page)
    words(page)
    page.get_by_role("button", name="Forget ask").click()
    counts(page, 2)
    page.get_by_role("button", name="Delete all").click()
    answer(page, "Cancel")
    counts(page, 2)
    page.get_by_role("button", name="Delete all").click()
    answer(page, "Delete")
    counts(page, 0)
    assert not offered(page)
    assert page.evaluate(STORED) == {"on": True, "bytes": None}


def test_what_was_exported_is_imported_but_not_what_was_forgotten(page: Page, tmp_path: Path):
    learn(page, f"ask {NAME}", f"tell {NAME}", "call Zoe")
    counts(page, 5)
    words(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    backup = tmp_path / download.value.suggested_filename
    download.value.save_as(backup)
    assert backup.name == "elman.profile"
    page.get_by_role("button", name="Delete all").click()
    answer(page, "Delete")
    counts(page, 0)
    page.locator("#learned-import").set_input_files(backup)
    counts(page, 5)
    expect(page.locator("#learned-note")).to_contain_text("New words: 5.")
    assert offered(page)
    page.get_by_role("button", name=f"Forget {NAME}").click()
    counts(page, 4)
    page.locator("#learned-import").set_input_files(backup)
    expect(page.locator("#learned-note")).to_contain_text("New words: 0.")
    assert not offered(page)


def test_a_damaged_file_is_not_imported_and_nothing_changes(page: Page, tmp_path: Path):
    learn(page, "ask Zoe")
    counts(page, 2)
    words(page)
    before = page.evaluate(STORED)
    for name, content in {
        "a.profile": b"?",
        "b.profile": b"",
        "c.profile": bytes(2_000_000),
    }.items():
        (tmp_path / name).write_bytes(content)
        page.locator("#learned-import").set_input_files(tmp_path / name)
        expect(page.locator("#learned-note")).to_contain_text(f"{name} was not imported")
    assert page.evaluate(STORED) == before
    counts(page, 2)


def test_a_damaged_profile_is_reported_and_the_page_works(window: BrowserContext, address: str):
    page = tab(window, address)
    teach(page)
    page.evaluate(DAMAGE)
    damaged = page.evaluate(STORED)
    complaints = listen(page, address)
    page.reload()
    ready(page)
    expect(page.locator("#learn-note")).to_contain_text("the profile is damaged")
    typing(page, "how are y")
    assert len(suggestions(page)) == 3
    write(page, " more words")
    assert not offered(page)
    assert page.evaluate(STORED) == damaged
    page.locator("#learned summary").click()
    page.get_by_role("button", name="Delete all").click()
    answer(page, "Delete")
    write(page, f"ask {NAME}")
    counts(page, 2)
    expect(page.locator("#learn-note")).to_be_hidden()
    assert complaints == []


@pytest.mark.parametrize(
    "blocked",
    [
        "delete globalThis.indexedDB; delete Window.prototype.indexedDB",
        "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }",
    ],
)
def test_without_indexeddb_it_learns_for_the_visit_and_says_so(
    window: BrowserContext, address: str, blocked: str
):
    window.add_init_script(blocked)
    page = tab(window, address)
    expect(page.locator("#learn-note")).to_be_hidden()
    teach(page)
    expect(page.locator("#learn-note")).to_contain_text("lost when you close the page")
    assert offered(page)
    page.reload()
    ready(page)
    expect(page.get_by_label("Learn from what I write")).not_to_be_checked()


def test_the_browser_is_asked_to_keep_the_words_when_learning_is_turned_on(page: Page):
    page.evaluate(
        "() => { globalThis.asked = 0;"
        " navigator.storage.persist = () => Promise.reject(new Error(++globalThis.asked)); }"
    )
    learn(page, "ask Zoe")
    counts(page, 2)
    assert page.evaluate("asked") == 1
    page.get_by_label("Learn from what I write").uncheck()
    answer(page, "Keep")
    assert page.evaluate("asked") == 1


def test_a_full_disk_is_said_and_the_switch_shows_what_is_stored(page: Page):
    full = "() => { throw new DOMException('full', 'QuotaExceededError'); }"
    page.evaluate(
        "() => { globalThis.put = IDBObjectStore.prototype.put;"
        f" IDBObjectStore.prototype.put = {full}; }}"
    )
    switch, note = page.get_by_label("Learn from what I write"), page.locator("#learn-note")
    switch.click()
    expect(note).to_contain_text("free some space")
    expect(switch).not_to_be_checked()
    page.evaluate("() => { IDBObjectStore.prototype.put = globalThis.put; }")
    learn(page, "ask Zoe")
    counts(page, 2)
    expect(note).to_be_hidden()
    page.evaluate(f"() => {{ IDBObjectStore.prototype.put = {full}; }}")
    write(page, "good day")
    expect(note).to_contain_text("free some space")
    counts(page, 2)
    page.evaluate("() => { IDBObjectStore.prototype.put = globalThis.put; }")
    write(page, "now")
    counts(page, 5)
    expect(note).to_be_hidden()
    expect(page.locator("#status")).to_be_hidden()


def test_the_share_of_keys_saved_is_shown_with_and_without_learning(page: Page):
    learn(page, *[f"ask {NAME} now"] * 5)
    words(page)
    shown = page.locator("#learned-saved")
    expect(shown).to_contain_text("visit: 5.")
    shares = re.findall(r"(\d+)%", shown.inner_text())
    assert len(shares) == 2 and int(shares[0]) > int(shares[1])


def test_another_model_uses_the_same_profile(page: Page):
    teach(page)
    page.get_by_role("tab", name="About").click()
    page.locator("#model-choice").evaluate(
        "choice => { choice.value = choice.options[0].value;"
        " choice.dispatchEvent(new Event('change')); }"
    )
    expect(page.locator("#open-note")).to_contain_text("is loaded")
    page.get_by_role("tab", name="Write").click()
    assert offered(page)


def test_a_suggestion_that_only_the_profile_knows_is_taken(page: Page):
    teach(page)
    typing(page, "tell raj")
    until(page, f"document.querySelector('#suggestions .word').textContent === '{NAME}'")
    page.keyboard.press("Tab")
    assert text_of(page).endswith(f"tell {NAME} ")
