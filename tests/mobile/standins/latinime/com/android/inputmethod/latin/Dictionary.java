package com.android.inputmethod.latin;

import com.android.inputmethod.latin.SuggestedWords.SuggestedWordInfo;
import com.android.inputmethod.latin.common.ComposedData;
import com.android.inputmethod.latin.settings.SettingsValuesForSuggestion;

public abstract class Dictionary {
  public Dictionary(String type, java.util.Locale locale) {}
  public abstract java.util.ArrayList<SuggestedWordInfo> getSuggestions(
      ComposedData typed, NgramContext context, long proximity, SettingsValuesForSuggestion settings,
      int session, float weight, float[] weights);
  public abstract boolean isInDictionary(String word);
}
