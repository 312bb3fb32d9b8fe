package org.elman.keyboard

import java.io.Closeable

/** An error reported by the library; the message is one line. */
class ElmanException(message: String) : RuntimeException(message)

/** A suggested word, ready to display, with its natural log-probability. */
data class Suggestion(val word: String, val logProbability: Double)

/**
 * Suggests next words and completions, and scores candidates, with one `.tflite` file.
 *
 * All methods are synchronized and may be called from any thread; use one background thread, not the
 * main thread. Close it when the keyboard is destroyed: the garbage collector does not free its memory.
 */
class Elman private constructor(private var handle: Long) : Closeable {

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

    /** The natural log-probability of each of [words] after [context], which ends before the word. */
    @Synchronized
    fun rescore(context: String, words: List<String>): DoubleArray {
        val logs = DoubleArray(words.size)
        val listed = words.joinToString("") { it.replace("\u0000", "") + "\u0000" }
        ElmanNative.rescore(open(), utf8(context), utf8(listed), logs)
        return logs
    }

    /**
     * Never suggest these [words], in any case. They replace the previous list; an empty list clears it.
     * Returns the number of vocabulary entries that are blocked.
     */
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
        require(count in 1..MOST_SUGGESTIONS) { "count must be from 1 to $MOST_SUGGESTIONS, not $count" }
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

        /** Open a model from the bytes of a packed file, such as an asset. Takes tens of milliseconds. */
        @JvmStatic
        fun open(file: ByteArray): Elman = Elman(ElmanNative.open(file))
    }
}

/** The functions in `elman_jni.c`. */
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
