package org.elman.sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.provider.Settings
import android.view.inputmethod.InputMethodManager
import android.widget.Button
import android.widget.EditText
import android.widget.LinearLayout

/** Two buttons that lead to the system's settings for keyboards, and a field to type in. */
class SetupActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val column = LinearLayout(this)
        column.orientation = LinearLayout.VERTICAL
        column.fitsSystemWindows = true
        column.addView(button(R.string.enable) { startActivity(Intent(Settings.ACTION_INPUT_METHOD_SETTINGS)) })
        column.addView(button(R.string.choose) {
            (getSystemService(Context.INPUT_METHOD_SERVICE) as InputMethodManager).showInputMethodPicker()
        })
        column.addView(EditText(this).apply { setHint(R.string.try_it) })
        setContentView(column)
    }

    private fun button(label: Int, pressed: () -> Unit): Button {
        val button = Button(this)
        button.setText(label)
        button.setOnClickListener { pressed() }
        return button
    }
}
