package org.elman.keyboard

import java.io.Closeable

/** An error reported by the library; the message is one line. */
class ElmanException(message: String) : RuntimeException(message)

/** A suggested word, ready to display, with its natural log-probability. */
data class Suggestion(val word: String, val logProbability: Double)

/** The space after a suggestion that was taken. Pass it to [Elman.react] with the character typed next. */
enum class Space {
    NONE,

    /** Before the cursor, inserted with the word. */
    BROUGHT,

    /** Before the cursor, existed already. */
    FOUND,

    /** After the cursor, because punctuation was typed before it. */
    AHEAD
}

/**
 * A change of the text around the cursor, counted in UTF-16 code units like `InputConnection`: replace
 * [before] units before the cursor and [after] units after it with [text], then move the cursor back by
 * [back] units.
 */
data class Edit(val before: Int, val after: Int, val text: String, val back: Int, val space: Space)

/**
 * Suggests next words and completions, and scores candidates, with one `.tflite` file.
 *
 * All methods are synchronized and may be called from any thread; use one background thread, not the
 * main thread. Close it when the keyboard is destroyed: the garbage collector does not free its memory.
 */
class Elman private constructor(private var handle: Long) : Closeable {
    private var profile: Profile? = null

    /** Mix what a [profile] counted into suggestions and scores from now on; null uses the model alone. */
    @Synchronized
    fun use(profile: Profile?) {
        Profile.exclusively(this.profile, profile) {
            ElmanNative.use(open(), profile?.opened() ?: 0L)
        }
        this.profile = profile
    }

    /**
     * Suggest the most likely words at the cursor, most likely first.
     *
     * [text] is the text before the cursor from a fixed position, such as the start of the field. An
     * unfinished word at its end is completed.
     */
    @Synchronized
    fun predict(
        text: String,
        count: Int = 3,
        punctuation: Boolean = false,
        blocklist: Boolean = true
    ): List<Suggestion> = ask(text, null, count, punctuation, blocklist)

    /** The same, for a keyboard that knows the word being composed. [context] ends before that word. */
    @Synchronized
    fun predict(
        context: String,
        composing: String,
        count: Int = 3,
        punctuation: Boolean = false,
        blocklist: Boolean = true
    ): List<Suggestion> = ask(context, composing, count, punctuation, blocklist)

    /**
     * Correct the word before the cursor: find what may have been meant, most likely first. The typed word is
     * always among the results; there are none without a word. A [count] below 3 can leave out certain corrections.
     *
     * [text] is the text before the cursor; it ends with the word. [touches] says where the screen was touched
     * for its last characters (code points, not UTF-16 code units); null for one without a touch.
     */
    @Synchronized
    fun correct(
        text: String,
        touches: List<Touch?> = emptyList(),
        count: Int = 3,
        blocklist: Boolean = true
    ): List<Correction> {
        requireCount(count)
        val numbers = DoubleArray(count * Correction.NUMBERS)
        val points = FloatArray(touches.size * 2) { place ->
            val touch = touches[place / 2]
            if (touch == null) Float.NaN else if (place % 2 == 0) touch.x else touch.y
        }
        val before = utf8(text)
        val flags = if (blocklist) 0 else WITHOUT_BLOCKLIST
        val found = exclusively { ElmanNative.correct(open(), before, points, flags, numbers) }
        if (found.isEmpty()) return emptyList()
        return String(found, Charsets.UTF_8).split('\n').mapIndexed { place, reading ->
            Correction.of(reading, before, numbers, place)
        }
    }

    /**
     * Set the layout of the keyboard, which tells which keys are neighbours: `qwerty` (the default), `qwertz`,
     * `azerty`, or rows of keys, one per line: the distance of the first key from the left in key widths, a
     * space, and the letters.
     */
    @Synchronized
    fun layout(layout: String) = exclusively { ElmanNative.layout(open(), utf8(layout)) }

    /** The natural log-probability of each of [words] after [context], which ends before the word. */
    @Synchronized
    fun rescore(context: String, words: List<String>): DoubleArray {
        val logs = DoubleArray(words.size)
        val listed = words.joinToString("", transform = ::terminated)
        exclusively { ElmanNative.rescore(open(), utf8(context), utf8(listed), logs) }
        return logs
    }

    /**
     * Read [text], which ends at the cursor, in pieces, so that the thread can stop in between. Runs at
     * most [steps] steps of the network and returns how many remain: call again with the same text until
     * it returns 0. Then [predict] with this text needs no step.
     */
    @Synchronized
    fun read(text: String, steps: Int): Int {
        require(steps > 0) { "steps must be at least 1, not $steps" }
        return exclusively { ElmanNative.read(open(), utf8(text), steps) }
    }

    /**
     * The edit that puts a suggestion into a text. [word] was predicted for [before], the text before
     * the cursor; [after] is the text after it. The edit replaces the whole word around the cursor, adds
     * the spaces that belong there and uses the kind of apostrophe that the text uses.
     */
    @Synchronized
    fun take(before: String, word: String, after: String = ""): Edit {
        val numbers = IntArray(4)
        val left = utf8(before)
        val right = utf8(after)
        val text = exclusively {
            ElmanNative.take(open(), left, right, utf8(terminated(word)), numbers)
        }
        return edit(left, right, text, numbers)
    }

    /**
     * The edit for [typed], a character typed right after a suggestion was taken, or null if it is to be
     * inserted as usual: punctuation goes before the space. [space] is that of the latest edit.
     */
    @Synchronized
    fun react(before: String, space: Space, typed: String): Edit? {
        val numbers = IntArray(4)
        val left = utf8(before)
        val text = ElmanNative.react(open(), left, space.ordinal, utf8(typed), numbers) ?: return null
        return edit(left, utf8(" "), text, numbers)
    }

    /**
     * Never suggest these [words], in any case. They replace the previous list; an empty list clears it.
     * Returns the number of blocked words of the model.
     */
    @Synchronized
    fun block(words: Collection<String>): Int =
        ElmanNative.block(open(), utf8(words.joinToString("\n")))

    /** Free the model. A second call does nothing. */
    @Synchronized
    override fun close() {
        if (handle != 0L) exclusively { ElmanNative.close(handle) }
        handle = 0L
        profile = null
    }

    private fun ask(
        context: String,
        prefix: String?,
        count: Int,
        punctuation: Boolean,
        blocklist: Boolean
    ): List<Suggestion> {
        requireCount(count)
        val logs = DoubleArray(count)
        val flags = (if (punctuation) PUNCTUATION else 0) + (if (blocklist) 0 else WITHOUT_BLOCKLIST)
        val begun = if (prefix == null) null else utf8(prefix)
        val found = exclusively { ElmanNative.predict(open(), utf8(context), begun, flags, logs) }
        if (found.isEmpty()) return emptyList()
        val words = String(found, Charsets.UTF_8).split('\n')
        return words.mapIndexed { place, word -> Suggestion(word, logs[place]) }
    }

    private fun requireCount(count: Int) =
        require(count in 1..MOST_SUGGESTIONS) { "count must be from 1 to $MOST_SUGGESTIONS, not $count" }

    /** Call the library while no method of the profile runs. */
    private inline fun <Result> exclusively(call: () -> Result): Result {
        val used = profile ?: return call()
        return synchronized(used) { call() }
    }

    private fun open(): Long {
        check(handle != 0L) { "the model is closed" }
        return handle
    }

    /** An edit in UTF-16 code units. [numbers] are its lengths in bytes, and its space. */
    private fun edit(before: ByteArray, after: ByteArray, text: ByteArray, numbers: IntArray): Edit {
        val (left, right, back, space) = numbers
        return Edit(
            units(before, before.size - left, left),
            units(after, 0, right),
            String(text, Charsets.UTF_8),
            units(text, text.size - back, back),
            Space.values()[space]
        )
    }

    private fun units(bytes: ByteArray, start: Int, count: Int): Int =
        String(bytes, start, count, Charsets.UTF_8).length

    private fun utf8(text: String): ByteArray = text.toByteArray(Charsets.UTF_8)

    private fun terminated(word: String): String = word.replace("\u0000", "") + "\u0000"

    companion object {
        private const val MOST_SUGGESTIONS = 64
        private const val PUNCTUATION = 1
        private const val WITHOUT_BLOCKLIST = 2

        /** Open a model from the bytes of a packed file, such as an asset. Takes tens of milliseconds. */
        @JvmStatic
        fun open(file: ByteArray): Elman = Elman(ElmanNative.open(file))
    }
}

/** The functions in `elman_jni.c` and `profile_jni.c`. */
internal object ElmanNative {
    init {
        System.loadLibrary("elman_jni")
    }

    external fun open(file: ByteArray): Long
    external fun close(handle: Long)
    external fun predict(
        handle: Long,
        context: ByteArray,
        prefix: ByteArray?,
        flags: Int,
        logs: DoubleArray
    ): ByteArray
    external fun correct(
        handle: Long,
        before: ByteArray,
        touches: FloatArray?,
        flags: Int,
        numbers: DoubleArray
    ): ByteArray
    external fun layout(handle: Long, layout: ByteArray)
    external fun rescore(handle: Long, context: ByteArray, words: ByteArray, logs: DoubleArray)
    external fun block(handle: Long, words: ByteArray): Int
    external fun read(handle: Long, before: ByteArray, steps: Int): Int
    external fun take(
        handle: Long,
        before: ByteArray,
        after: ByteArray,
        word: ByteArray,
        numbers: IntArray
    ): ByteArray
    external fun react(
        handle: Long,
        before: ByteArray,
        space: Int,
        typed: ByteArray,
        numbers: IntArray
    ): ByteArray?
    external fun use(handle: Long, profile: Long)
    external fun profileOpen(path: ByteArray): Long
    external fun profileClose(profile: Long)
    external fun profileSave(profile: Long, path: ByteArray)
    external fun profileBytes(profile: Long): ByteArray
    external fun profileMerge(profile: Long, bytes: ByteArray)
    external fun profileClear(profile: Long)
    external fun profileWords(profile: Long, from: Int): ByteArray
    external fun learn(profile: Long, text: ByteArray)
    external fun forget(profile: Long, word: ByteArray)
    external fun remember(profile: Long, word: ByteArray)
    external fun keep(profile: Long, word: ByteArray)
}
