package org.elman.sample

import android.content.Context
import android.view.View
import android.widget.Button
import android.widget.LinearLayout

const val SHIFT = "⇧"
const val ERASE = "⌫"
const val ENTER = "⏎"
const val SPACE = "space"
const val SYMBOLS = "?123"
const val LETTERS = "abc"

private val LETTER_ROWS = listOf(
    "q w e r t y u i o p",
    "a s d f g h j k l",
    "$SHIFT z x c v b n m $ERASE",
    "$SYMBOLS , $SPACE ' . $ENTER"
)
private val SYMBOL_ROWS = listOf(
    "1 2 3 4 5 6 7 8 9 0",
    "@ # $ % & - + ( ) /",
    "* \" ' : ; ! ? _ = $ERASE",
    "$LETTERS , $SPACE . $ENTER"
)

enum class Shift { OFF, ONCE, LOCKED }

/** The strip with three suggestions, and two pages of keys below it. */
class Keys(context: Context, private val listener: Listener) : LinearLayout(context) {
    interface Listener {
        /** [key] is the text to insert, or one of the constants above. */
        fun pressed(key: String)

        /** The user chose the suggestion at [place], from 0 to 2. */
        fun chose(place: Int)

        /** The user held the suggestion at [place]. */
        fun held(place: Int)
    }

    private val strip = List(3, ::suggestion)
    private val letters = ArrayList<Button>()
    private val pages = listOf(page(LETTER_ROWS), page(SYMBOL_ROWS))

    var shift = Shift.OFF
        set(value) {
            field = value
            for (key in letters) {
                val letter = key.text.toString()
                key.text = if (value == Shift.OFF) letter.lowercase() else letter.uppercase()
            }
        }

    init {
        orientation = VERTICAL
        addView(row(strip))
        pages.forEach(::addView)
        showSymbols(false)
    }

    fun showSymbols(symbols: Boolean) {
        pages[0].visibility = if (symbols) View.GONE else View.VISIBLE
        pages[1].visibility = if (symbols) View.VISIBLE else View.GONE
    }

    /** Show up to three words in the strip. */
    fun show(words: List<String>) =
        strip.forEachIndexed { place, button -> button.text = words.getOrElse(place) { "" } }

    private fun suggestion(place: Int): Button {
        val button = button("") { listener.chose(place) }
        button.setOnLongClickListener {
            listener.held(place)
            true
        }
        return button
    }

    private fun page(rows: List<String>): View {
        val page = LinearLayout(context)
        page.orientation = VERTICAL
        rows.forEach { page.addView(row(it.split(' ').map(::key))) }
        return page
    }

    private fun key(name: String): Button {
        val key = button(name) { listener.pressed(it.text.toString()) }
        if (name.length == 1 && name[0].isLetter()) letters.add(key)
        return key
    }

    private fun button(label: String, clicked: (Button) -> Unit): Button {
        val button = Button(context)
        button.text = label
        button.setAllCaps(false)
        button.setPadding(0, 0, 0, 0)
        button.setOnClickListener { clicked(button) }
        return button
    }

    private fun row(buttons: List<Button>): View {
        val row = LinearLayout(context)
        for (button in buttons) {
            val width = if (button.text.toString() == SPACE) 4f else 1f
            row.addView(button, LayoutParams(0, LayoutParams.WRAP_CONTENT, width))
        }
        return row
    }
}
