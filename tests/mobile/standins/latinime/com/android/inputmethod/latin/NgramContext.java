package com.android.inputmethod.latin;

public class NgramContext {}
