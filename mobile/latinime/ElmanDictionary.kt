package org.elman.keyboard

import com.android.inputmethod.latin.Dictionary
import com.android.inputmethod.latin.NgramContext
import com.android.inputmethod.latin.SuggestedWords.SuggestedWordInfo
import com.android.inputmethod.latin.common.ComposedData
import com.android.inputmethod.latin.settings.SettingsValuesForSuggestion
import java.util.ArrayList
import java.util.Locale
import kotlin.math.max

/**
 * A model as an additional dictionary for keyboards derived from AOSP's LatinIME.
 *
 * An `NgramContext` holds at most three words, but the network reads the whole text. [textBeforeWord]
 * must return the text before the word being composed, from a fixed position, such as the keyboard's
 * cached text in `RichInputConnection`. It is called on the thread that requests suggestions.
 */
class ElmanDictionary(
    private val elman: Elman,
    locale: Locale,
    private val textBeforeWord: () -> String
) : Dictionary("elman", locale) {

    /** Return completions of the typed word, or next words; null for a swipe, see [Elman.rescore]. */
    override fun getSuggestions(
        composedData: ComposedData,
        ngramContext: NgramContext,
        proximityInfoHandle: Long,
        settingsValuesForSuggestion: SettingsValuesForSuggestion,
        sessionId: Int,
        weightForLocale: Float,
        inOutWeightOfLangModelVsSpatialModel: FloatArray
    ): ArrayList<SuggestedWordInfo>? {
        if (composedData.mIsBatchMode) return null
        val typed = composedData.mTypedWord
        val kind = if (typed.isEmpty()) SuggestedWordInfo.KIND_PREDICTION
        else SuggestedWordInfo.KIND_COMPLETION
        val words = elman.predict(textBeforeWord(), typed, COUNT)
        return words.mapTo(ArrayList()) { info(it, kind, weightForLocale) }
    }

    /** Always false: the keyboard's word list decides whether a word is valid, not the model. */
    override fun isInDictionary(word: String): Boolean = false

    private fun info(word: Suggestion, kind: Int, weight: Float): SuggestedWordInfo {
        val share = max(0.0, 1 + word.logProbability / LEAST_LOG_PROBABILITY)
        return SuggestedWordInfo(
            word.word, "", (weight * share * HIGHEST_SCORE).toInt(), kind, this,
            SuggestedWordInfo.NOT_AN_INDEX, SuggestedWordInfo.NOT_A_CONFIDENCE
        )
    }

    private companion object {
        const val COUNT = 10
        /** The score for log-probability 0. Scores decrease to 0 at a log-probability of -20. */
        const val HIGHEST_SCORE = 1_000_000
        const val LEAST_LOG_PROBABILITY = 20.0
    }
}
