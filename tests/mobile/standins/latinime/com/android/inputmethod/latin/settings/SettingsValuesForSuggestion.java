package com.android.inputmethod.latin.settings;

public class SettingsValuesForSuggestion {}
