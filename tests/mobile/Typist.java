import android.inputmethodservice.InputMethodService;
import android.os.Handler;
import android.view.View;
import android.view.ViewGroup;
import android.view.inputmethod.EditorInfo;
import android.view.inputmethod.InputConnection;
import android.widget.Button;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * Types on the sample keyboard as the lines of standard input say. Plays the part of Android and of an app
 * with a text field. Commands:
 *
 *   field TYPE OPTIONS [TEXT]   go to another field, of these inputType and imeOptions
 *   type TEXT                   press a key for each character, without a pause
 *   press KEY                   press a key with another name
 *   choose N                    wait for suggestions, and press the one at a place
 *   hold WORD                   the same, for a long press on a word
 *   strip                       wait for suggestions, and print them
 *   text                        print the text, with | at the cursor
 *   keys                        print the letter keys, as they are labelled
 *   left N                      move the cursor to the left
 *   send                        the app takes the text and empties its field
 */
class Typist implements InputConnection {
  private static final int CAP_SENTENCES = 0x4000;
  private final InputMethodService keyboard;
  private final List<Button> buttons = new ArrayList<>();
  private StringBuilder before = new StringBuilder(), after = new StringBuilder();
  private EditorInfo field;

  Typist() throws Exception {
    Class<?> service = Class.forName("org.elman.sample.SampleKeyboard");
    keyboard = (InputMethodService) service.getConstructor().newInstance();
    keyboard.connection = this;
    keyboard.onCreate();
    find(keyboard.onCreateInputView());
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    Typist typist = new Typist();
    for (String line; (line = lines.readLine()) != null;) {
      String[] words = line.split(" ", 2);
      typist.run(words[0], words.length > 1 ? words[1] : "");
    }
    typist.keyboard.onFinishInput();
    typist.keyboard.onDestroy();
  }

  private void run(String command, String given) throws Exception {
    switch (command) {
      case "field" -> enter(given.split(" ", 3));
      case "type" -> given.codePoints().forEach(each -> press(Character.toString(each)));
      case "press" -> press(given);
      case "choose" -> press(strip().get(Integer.parseInt(given)));
      case "hold" -> suggestion(given).hold.onLongClick(null);
      case "strip" -> System.out.println(shown(strip()));
      case "text" -> System.out.println(before + "|" + after);
      case "keys" -> System.out.println(letters());
      case "left" -> move(Integer.parseInt(given));
      case "send" -> empty();
      default -> throw new IllegalArgumentException(command);
    }
  }

  // -- Android -------------------------------------------------------------------------------------

  private void find(View view) {
    if (view instanceof Button button) buttons.add(button);
    if (view instanceof ViewGroup group) group.children.forEach(this::find);
  }

  private void enter(String[] given) {
    if (field != null) keyboard.onFinishInput();
    field = new EditorInfo();
    field.inputType = Integer.decode(given[0]);
    field.imeOptions = Integer.decode(given[1]);
    before = new StringBuilder(given.length > 2 ? given[2] : "");
    after = new StringBuilder();
    keyboard.onStartInput(field, false);
    keyboard.onStartInputView(field, false);
  }

  private void press(String key) {
    String name = key.equals(" ") ? "space" : key;
    for (Button button : buttons.subList(3, buttons.size()))
      if (button.getText().toString().equalsIgnoreCase(name)) {
        press(button);
        return;
      }
    throw new IllegalArgumentException("no key " + key);
  }

  private void press(Button button) {
    button.click.onClick(button);
    moved();
  }

  private void moved() {
    keyboard.onUpdateSelection(0, 0, before.length(), before.length(), -1, -1);
  }

  /** Wait until the keyboard has nothing to do. */
  private List<Button> strip() throws Exception {
    Object words = read(keyboard, "words");
    ((ExecutorService) read(words, "worker")).submit(() -> {}).get();
    for (Runnable action; (action = Handler.POSTED.poll()) != null;) action.run();
    return buttons.subList(0, 3);
  }

  private Button suggestion(String word) throws Exception {
    for (Button button : strip()) if (button.getText().toString().equals(word)) return button;
    throw new IllegalArgumentException("no suggestion " + word);
  }

  private static Object read(Object owner, String name) throws Exception {
    java.lang.reflect.Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(owner);
  }

  private static String shown(List<Button> buttons) {
    List<String> texts = new ArrayList<>();
    for (Button button : buttons) texts.add(button.getText().toString());
    return String.join("|", texts);
  }

  private String letters() {
    StringBuilder letters = new StringBuilder();
    for (Button button : buttons) {
      String label = button.getText().toString();
      if (label.length() == 1 && Character.isLetter(label.charAt(0))) letters.append(label);
    }
    return letters.toString();
  }

  // -- the app -------------------------------------------------------------------------------------

  private void move(int count) {
    after.insert(0, before.substring(before.length() - count));
    before.setLength(before.length() - count);
    moved();
  }

  private void empty() {
    before.setLength(0);
    after.setLength(0);
    moved();
  }

  public CharSequence getTextBeforeCursor(int count, int flags) {
    return before.substring(Math.max(0, before.length() - count));
  }

  public CharSequence getTextAfterCursor(int count, int flags) {
    return after.substring(0, Math.min(count, after.length()));
  }

  public CharSequence getSelectedText(int flags) {
    return null;
  }

  public int getCursorCapsMode(int modes) {
    boolean starts = before.length() == 0 || before.toString().endsWith(". ");
    return starts ? modes & CAP_SENTENCES : 0;
  }

  public boolean deleteSurroundingText(int left, int right) {
    before.setLength(Math.max(0, before.length() - left));
    after.delete(0, right);
    return true;
  }

  public boolean commitText(CharSequence text, int cursor) {
    if (cursor > 0) before.append(text);
    else after.insert(0, text);
    return true;
  }

  public boolean performEditorAction(int action) {
    System.out.println("action " + action);
    return true;
  }

  public boolean beginBatchEdit() {
    return true;
  }

  public boolean endBatchEdit() {
    return true;
  }
}
