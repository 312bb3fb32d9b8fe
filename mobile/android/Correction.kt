package org.elman.keyboard

/** Where the screen was touched: [x] in key widths from the left, [y] in rows from the top of the layout. */
data class Touch(val x: Float, val y: Float)

/**
 * What somebody may have meant by typing a word.
 *
 * [text] stands for the [replaces] UTF-16 code units before the cursor; it may have two words.
 * [logProbability] is the natural logarithm of the probability of the word and of having typed it this way,
 * [share] its probability among the readings that were found. [isLiteral] says whether it is what was typed, and
 * [isCertain] whether it should replace what was typed.
 */
data class Correction(
    val text: String,
    val replaces: Int,
    val logProbability: Double,
    val share: Double,
    val isLiteral: Boolean,
    val isCertain: Boolean
) {
    internal companion object {
        /** How many numbers `elman_jni.c` returns for each. */
        const val NUMBERS = 4
        private const val LITERAL = 1
        private const val CERTAIN = 2

        fun of(text: String, before: ByteArray, numbers: DoubleArray, place: Int): Correction {
            val (bytes, log, share, flags) = numbers.slice(place * NUMBERS until (place + 1) * NUMBERS)
            val replaced = String(before, before.size - bytes.toInt(), bytes.toInt(), Charsets.UTF_8)
            val isLiteral = flags.toInt() and LITERAL != 0
            return Correction(
                text, replaced.length, log, share, isLiteral, flags.toInt() and CERTAIN != 0
            )
        }
    }
}
