package org.elman.keyboard

import java.io.Closeable

/** What the library refused, in one line. */
class ElmanException(message: String) : RuntimeException(message)

/** A word as it is to be shown, and the natural logarithm of its probability. */
data class Suggestion(val word: String, val logProbability: Double)

/**
 * Next words, completions and scores from one `.tflite` file.
 *
 * Calls wait for each other, so any thread may call; use one background thread, not the main one.
 * Close it when the keyboard goes away: the garbage collector does not see its memory.
 */
class Elman private constructor(private var handle: Long) : Closeable {

    /**
     * The likeliest words at the cursor, the likeliest first.
     *
     * [text] is all text before the cursor from a fixed place, such as the start of the field. The
     * unfinished word at its end is what suggestions begin with.
     */
    @Synchronized
    fun predict(
        text: String,
        count: Int = 3,
        punctuation: Boolean = false,
        blocklist: Boolean = true
    ): List<Suggestion> = ask(text, null, count, punctuation, blocklist)

    /** The same for a keyboard that knows the word being composed: [context] ends before it. */
    @Synchronized
    fun predict(
        context: String,
        composing: String,
        count: Int = 3,
        punctuation: Boolean = false,
        blocklist: Boolean = true
    ): List<Suggestion> = ask(context, composing, count, punctuation, blocklist)

    /** How probable each of [words] is behind [context], which ends before the word. */
    @Synchronized
    fun rescore(context: String, words: List<String>): DoubleArray {
        val logs = DoubleArray(words.size)
        val listed = words.joinToString("") { it.replace("\u0000", "") + "\u0000" }
        ElmanNative.rescore(open(), utf8(context), utf8(listed), logs)
        return logs
    }

    /** Never suggest these [words], in whatever case; none clears the list. */
    @Synchronized
    fun block(words: Collection<String>): Int =
        ElmanNative.block(open(), utf8(words.joinToString("\n")))

    /** Free the model. A second call does nothing. */
    @Synchronized
    override fun close() {
        if (handle != 0L) ElmanNative.close(handle)
        handle = 0L
    }

    private fun ask(
        context: String,
        prefix: String?,
        count: Int,
        punctuation: Boolean,
        blocklist: Boolean
    ): List<Suggestion> {
        require(count in 1..MOST_SUGGESTIONS) { "count is $count, not 1 to $MOST_SUGGESTIONS" }
        val logs = DoubleArray(count)
        val flags = (if (punctuation) 1 else 0) + (if (blocklist) 0 else 2)
        val found = ElmanNative.predict(
            open(), utf8(context), if (prefix == null) null else utf8(prefix), flags, logs
        )
        if (found.isEmpty()) return emptyList()
        val words = String(found, Charsets.UTF_8).split('\n')
        return words.mapIndexed { place, word -> Suggestion(word, logs[place]) }
    }

    private fun open(): Long {
        check(handle != 0L) { "the model is closed" }
        return handle
    }

    private fun utf8(text: String): ByteArray = text.toByteArray(Charsets.UTF_8)

    companion object {
        private const val MOST_SUGGESTIONS = 64

        /** Open a packed file's bytes, such as an asset's; takes milliseconds. */
        @JvmStatic
        fun open(file: ByteArray): Elman = Elman(ElmanNative.open(file))
    }
}

/** `elman_jni.c`. */
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
    external fun rescore(handle: Long, context: ByteArray, words: ByteArray, logs: DoubleArray)
    external fun block(handle: Long, words: ByteArray): Int
}
