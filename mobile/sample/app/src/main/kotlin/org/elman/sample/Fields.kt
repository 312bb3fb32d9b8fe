package org.elman.sample

import android.text.InputType
import android.view.inputmethod.EditorInfo

/** `EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING`, which Android has since API 26. */
private const val NO_PERSONALIZED_LEARNING = 0x1000000

private val PASSWORDS = setOf(
    InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_PASSWORD,
    InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_VISIBLE_PASSWORD,
    InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_WEB_PASSWORD,
    InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_VARIATION_PASSWORD
)
private val ADDRESSES = setOf(
    InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_URI,
    InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_EMAIL_ADDRESS,
    InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_WEB_EMAIL_ADDRESS
)

private fun kind(field: EditorInfo): Int =
    field.inputType and (InputType.TYPE_MASK_CLASS or InputType.TYPE_MASK_VARIATION)

private fun isText(field: EditorInfo): Boolean =
    field.inputType and InputType.TYPE_MASK_CLASS == InputType.TYPE_CLASS_TEXT

/** Whether nothing may be learned from a field, and nothing that was learned may be shown in it. */
fun isPrivate(field: EditorInfo): Boolean =
    kind(field) in PASSWORDS || field.imeOptions and NO_PERSONALIZED_LEARNING != 0

/** Whether a field is for prose: words are suggested there, and slips corrected. */
fun hasWords(field: EditorInfo): Boolean =
    isText(field) && kind(field) !in PASSWORDS && kind(field) !in ADDRESSES &&
        field.inputType and InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS == 0

/** Whether a field is for numbers, dates or telephone numbers. */
fun isNumber(field: EditorInfo): Boolean = field.inputType != InputType.TYPE_NULL && !isText(field)
