package org.elman.sample

import android.inputmethodservice.InputMethodService
import android.view.View
import android.view.inputmethod.EditorInfo
import android.view.inputmethod.InputConnection
import org.elman.keyboard.Edit
import org.elman.keyboard.Space

/** The most characters to read before and after the cursor. Each reading is a call to the app. */
private const val BEFORE = 2000
private const val AFTER = 100
private const val ENDS_WORD = " .,!?;:)"

/** A keyboard for English with suggestions, corrections and learning. */
class SampleKeyboard : InputMethodService(), Keys.Listener {
    private lateinit var words: Words
    private var keys: Keys? = null
    private var field = EditorInfo()
    private val draft = Draft()
    private var choices = Choices("", emptyList())

    /** The space after the suggestion that was just taken. */
    private var space = Space.NONE

    /** What the correction just made replaced, and with what. */
    private var corrected: Pair<String, String>? = null

    // -- the life of the keyboard ----------------------------------------------------------------

    override fun onCreate() {
        super.onCreate()
        words = Words(this)
    }

    override fun onCreateInputView(): View = Keys(this, this).also { keys = it }

    override fun onEvaluateFullscreenMode(): Boolean = false

    override fun onStartInput(attribute: EditorInfo?, restarting: Boolean) {
        super.onStartInput(attribute, restarting)
        learn()
        field = attribute ?: EditorInfo()
        words.use(taught = !isPrivate(field))
        draft.begin(before())
        forgetLastKey()
        show()
    }

    override fun onStartInputView(info: EditorInfo?, restarting: Boolean) {
        super.onStartInputView(info, restarting)
        keys?.showSymbols(isNumber(field))
        show()
    }

    /** The app moved the cursor, or changed the text: it may have sent the message. */
    override fun onUpdateSelection(
        oldStart: Int, oldEnd: Int, newStart: Int, newEnd: Int, composingStart: Int, composingEnd: Int
    ) {
        super.onUpdateSelection(oldStart, oldEnd, newStart, newEnd, composingStart, composingEnd)
        val text = before()
        if (text == draft.text) return
        if (text.isEmpty()) {
            learn()
            draft.begin("")
        }
        changed()
    }

    override fun onFinishInput() {
        super.onFinishInput()
        learn()
        draft.begin("")
    }

    override fun onDestroy() {
        words.close()
        super.onDestroy()
    }

    // -- keys ------------------------------------------------------------------------------------

    override fun pressed(key: String) {
        val connection = currentInputConnection ?: return
        when (key) {
            SHIFT -> shift()
            SYMBOLS -> keys?.showSymbols(true)
            LETTERS -> keys?.showSymbols(false)
            ERASE -> erase(connection)
            ENTER -> enter(connection)
            SPACE -> type(connection, " ")
            else -> type(connection, key)
        }
    }

    override fun chose(place: Int) {
        val connection = currentInputConnection ?: return
        val word = choices.words.getOrNull(place) ?: return
        if (choices.text != before()) return
        val correction = choices.correction
        // A correction may replace the word before, too.
        val replaced = if (place > 1) 0 else correction?.replaces ?: 0
        val added = words.take(choices.text.dropLast(replaced), word, after()) ?: return
        val edit = added.copy(before = added.before + replaced)
        if (correction != null && place == 0) keep(word)
        change(connection, edit)
        space = edit.space
    }

    /** Forget a suggestion that was learned. */
    override fun held(place: Int) {
        words.forget(choices.words.getOrNull(place) ?: return)
        show()
    }

    private fun shift() {
        val keys = keys ?: return
        keys.shift = when (keys.shift) {
            Shift.OFF -> Shift.ONCE
            Shift.ONCE -> Shift.LOCKED
            Shift.LOCKED -> Shift.OFF
        }
    }

    private fun type(connection: InputConnection, typed: String) {
        val before = before()
        val moved = if (space == Space.NONE) null else words.react(before, space, typed)
        if (moved != null) {
            change(connection, moved)
            space = moved.space
            return
        }
        connection.beginBatchEdit()
        val made = if (typed in ENDS_WORD) correct(connection, before) else null
        connection.commitText(typed, 1)
        connection.endBatchEdit()
        changed()
        corrected = made?.let { (slip, word) -> Pair(slip + typed, word + typed) }
    }

    /** Make the certain correction of the word before the cursor. Returns the word and its correction. */
    private fun correct(connection: InputConnection, before: String): Pair<String, String>? {
        if (!hasWords(field)) return null
        val current = if (choices.text == before) choices else words.answer(before, endsWord())
        val correction = current.correction ?: return null
        connection.deleteSurroundingText(correction.replaces, 0)
        connection.commitText(correction.text, 1)
        return Pair(before.takeLast(correction.replaces), correction.text)
    }

    private fun erase(connection: InputConnection) {
        val (typed, replaced) = corrected ?: Pair("", "")
        if (replaced.isNotEmpty() && before().endsWith(replaced)) {
            keep(typed.dropLast(1))
            change(connection, Edit(replaced.length, 0, typed, 0, Space.NONE))
            return
        }
        if (connection.getSelectedText(0).isNullOrEmpty()) {
            // An emoji takes two characters.
            val pair = before().takeLast(2)
            val count = if (pair.length == 2 && Character.isSurrogatePair(pair[0], pair[1])) 2 else 1
            connection.deleteSurroundingText(count, 0)
        } else {
            connection.commitText("", 1)
        }
        changed()
    }

    private fun enter(connection: InputConnection) {
        val action = field.imeOptions and EditorInfo.IME_MASK_ACTION
        val isLine = field.imeOptions and EditorInfo.IME_FLAG_NO_ENTER_ACTION != 0 ||
            action == EditorInfo.IME_ACTION_NONE || action == EditorInfo.IME_ACTION_UNSPECIFIED
        if (isLine) connection.commitText("\n", 1)
        else {
            learn()
            connection.performEditorAction(action)
        }
        changed()
    }

    private fun change(connection: InputConnection, edit: Edit) {
        connection.beginBatchEdit()
        connection.deleteSurroundingText(edit.before, edit.after)
        connection.commitText(edit.text.dropLast(edit.back), 1)
        if (edit.back > 0) connection.commitText(edit.text.takeLast(edit.back), 0) // behind the cursor
        connection.endBatchEdit()
        changed()
    }

    // -- the text --------------------------------------------------------------------------------

    private fun before(): String = currentInputConnection?.getTextBeforeCursor(BEFORE, 0)?.toString() ?: ""

    private fun after(): String = currentInputConnection?.getTextAfterCursor(AFTER, 0)?.toString() ?: ""

    /** Whether a word before the cursor ends there. */
    private fun endsWord(): Boolean = after().firstOrNull()?.isLetterOrDigit() != true

    /** The text is another one now. */
    private fun changed() {
        forgetLastKey()
        draft.becomes(before())
        show()
    }

    private fun forgetLastKey() {
        space = Space.NONE
        corrected = null
    }

    private fun show() {
        val keys = keys ?: return
        if (keys.shift != Shift.LOCKED) keys.shift = if (startsSentence()) Shift.ONCE else Shift.OFF
        choices = Choices("", emptyList())
        if (hasWords(field)) words.ask(draft.text, endsWord(), ::show)
        else {
            words.cancel()
            keys.show(emptyList())
        }
    }

    private fun show(answer: Choices) {
        choices = answer
        keys?.show(answer.words)
    }

    private fun startsSentence(): Boolean =
        currentInputConnection?.getCursorCapsMode(field.inputType) ?: 0 != 0

    // -- learning --------------------------------------------------------------------------------

    /** Learn what was typed since the field was entered or the last message was sent. */
    private fun learn() {
        val added = draft.added()
        draft.begin(draft.text)
        if (added.isNotEmpty() && draft.text.length < BEFORE && mayLearn()) words.learn(added)
    }

    private fun keep(word: String) {
        if (mayLearn()) words.keep(word)
    }

    private fun mayLearn(): Boolean = hasWords(field) && !isPrivate(field)
}
