package org.elman.sample

/** The text of a field, and what of it was typed and not yet learned. */
class Draft {
    private var known = ""

    var text = ""
        private set

    /** The field holds a [text] that the user did not type, or that was learned already. */
    fun begin(text: String) {
        known = text
        this.text = text
    }

    fun becomes(text: String) {
        this.text = text
    }

    /** What was added, from the start of its first word. */
    fun added(): String {
        val same = text.commonPrefixWith(known)
        if (same.length == text.length) return ""
        return text.substring(same.indexOfLast(Char::isWhitespace) + 1)
    }
}
