package android.view.inputmethod;

public interface InputConnection {
  CharSequence getTextBeforeCursor(int count, int flags);
  CharSequence getTextAfterCursor(int count, int flags);
  CharSequence getSelectedText(int flags);
  int getCursorCapsMode(int modes);
  boolean deleteSurroundingText(int before, int after);
  boolean commitText(CharSequence text, int cursor);
  boolean performEditorAction(int action);
  boolean beginBatchEdit();
  boolean endBatchEdit();
}
