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
 * A model as one more dictionary of a keyboard that descends from AOSP's LatinIME.
 *
 * An `NgramContext` holds three words at most, and the network reads whatever was written: so
 * [textBeforeWord] gives the text of the field before the word being composed, from the keyboard's
 * own cache of it (`RichInputConnection`), from a fixed place. It is called on the thread that asks
 * for suggestions.
 */
class ElmanDictionary(
    private val elman: Elman,
    locale: Locale,
    private val textBeforeWord: () -> String
) : Dictionary("elman", locale) {

    /** Completions of the typed word, or next words; nothing for a swipe, see [Elman.rescore]. */
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

    /** Whether a word is valid stays with the keyboard's word list: the model knows no typos. */
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
        /** Scores fall from here to 0 as log-probabilities fall from 0 to -20. */
        const val HIGHEST_SCORE = 1_000_000
        const val LEAST_LOG_PROBABILITY = 20.0
    }
}
