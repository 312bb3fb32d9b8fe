package org.elman.keyboard

import java.io.Closeable
import java.io.File
import java.util.concurrent.atomic.AtomicLong

/**
 * A word that a profile knows: how often it was typed, and when last, as the number of words learned until
 * then.
 */
data class LearnedWord(val word: String, val count: Int, val last: Long)

/**
 * What one user taught: words, how often, and after which other words. Nothing is learned except by
 * [learn]. [Elman.use] makes suggestions from it.
 *
 * All methods are synchronized and may be called from any thread. An [Elman] that uses the profile waits
 * while one of them runs. Close it after every [Elman] that uses it: the garbage collector does not free
 * its memory.
 */
class Profile private constructor(private var handle: Long) : Closeable {
    private val number = count.incrementAndGet()

    /**
     * Learn from a finished [text], in which each line is a message. Never pass text from a private field;
     * see "Learning" in the guide. Words that look like a password, number or address are left out.
     */
    @Synchronized
    fun learn(text: String) = ElmanNative.learn(opened(), utf8(text))

    /** Forget a [word] and everything that contains it. Only [remember] brings it back. */
    @Synchronized
    fun forget(word: String) = ElmanNative.forget(opened(), utf8(word))

    /** Add a [word] that the user asked for: it is suggested at once, even if it was forgotten. */
    @Synchronized
    fun remember(word: String) = ElmanNative.remember(opened(), utf8(word))

    /** Never correct a [word] with certainty again, because the user took its correction back. */
    @Synchronized
    fun keep(word: String) = ElmanNative.keep(opened(), utf8(word))

    /** All words, sorted by their bytes in lower case, for a settings screen. */
    @Synchronized
    fun words(): List<LearnedWord> {
        val words = ArrayList<LearnedWord>()
        do {
            val lines = String(ElmanNative.profileWords(opened(), words.size), Charsets.UTF_8)
            lines.lineSequence().filter { it.isNotEmpty() }.mapTo(words, ::learned)
        } while (lines.isNotEmpty())
        return words
    }

    /** Delete everything. */
    @Synchronized
    fun clear() = ElmanNative.profileClear(opened())

    /** Save to a [file], which holds the old or the new profile even if the process is killed. */
    @Synchronized
    fun save(file: File) = ElmanNative.profileSave(opened(), path(file))

    /** The bytes of the profile, for a backup. They are the same on every platform. */
    @Synchronized
    fun bytes(): ByteArray = ElmanNative.profileBytes(opened())

    /** Import a backup. Words that were forgotten, here or there, stay forgotten. */
    @Synchronized
    fun merge(bytes: ByteArray) = ElmanNative.profileMerge(opened(), bytes)

    /** Free the profile, without saving it. A second call does nothing. */
    @Synchronized
    override fun close() {
        if (handle != 0L) ElmanNative.profileClose(handle)
        handle = 0L
    }

    internal fun opened(): Long {
        check(handle != 0L) { "the profile is closed" }
        return handle
    }

    private fun learned(line: String): LearnedWord {
        val (count, last, word) = line.split(' ', limit = 3)
        return LearnedWord(word, count.toInt(), last.toLong())
    }

    companion object {
        /** How many profiles were opened. */
        private val count = AtomicLong()

        /**
         * Open the profile in a [file]; it is empty if the file does not exist. If the file is damaged, an
         * [ElmanException] says so and the file is left as it is: go on without a profile.
         */
        @JvmStatic
        fun open(file: File): Profile = Profile(ElmanNative.profileOpen(path(file)))

        /**
         * Call the library while no method of either profile runs. Two are always locked in the same order, so that
         * two keyboards can exchange theirs.
         */
        internal fun <Result> exclusively(one: Profile?, other: Profile?, call: () -> Result): Result {
            val isLater = one != null && other != null && one.number > other.number
            val used = if (isLater) listOfNotNull(other, one) else listOfNotNull(one, other)
            if (used.isEmpty()) return call()
            return synchronized(used.first()) { synchronized(used.last(), call) }
        }

        private fun path(file: File): ByteArray = utf8(file.path + "\u0000")

        private fun utf8(text: String): ByteArray = text.toByteArray(Charsets.UTF_8)
    }
}
