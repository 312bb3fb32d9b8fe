package com.android.inputmethod.latin.common;

public class ComposedData {
  public boolean mIsBatchMode;
  public String mTypedWord;
}
