package com.android.inputmethod.latin;

public class SuggestedWords {
  public static class SuggestedWordInfo {
    public static final int KIND_PREDICTION = 8, KIND_COMPLETION = 3, NOT_AN_INDEX = -1, NOT_A_CONFIDENCE = -1;
    public SuggestedWordInfo(String word, String context, int score, int kind, Dictionary source, int index, int confidence) {}
  }
}
