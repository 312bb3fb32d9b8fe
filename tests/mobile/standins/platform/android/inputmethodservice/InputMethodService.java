package android.inputmethodservice;

import android.view.View;
import android.view.inputmethod.EditorInfo;
import android.view.inputmethod.InputConnection;

public class InputMethodService extends android.content.Context {
  public InputConnection connection;
  public InputConnection getCurrentInputConnection() { return connection; }
  public void onCreate() {}
  public View onCreateInputView() { return null; }
  public void onStartInput(EditorInfo field, boolean restarting) {}
  public void onStartInputView(EditorInfo field, boolean restarting) {}
  public void onUpdateSelection(int oldStart, int oldEnd, int start, int end, int first, int last) {}
  public void onFinishInput() {}
  public void onDestroy() {}
}
