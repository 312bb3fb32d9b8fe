package android.view;

import android.content.Context;

public class View {
  public interface OnClickListener { void onClick(View view); }
  public interface OnLongClickListener { boolean onLongClick(View view); }
  public OnClickListener click;
  public OnLongClickListener hold;
  public int visibility;
  public View(Context context) {}
  public Context getContext() { return null; }
  public void setOnClickListener(OnClickListener listener) { click = listener; }
  public void setOnLongClickListener(OnLongClickListener listener) { hold = listener; }
  public void setVisibility(int value) { visibility = value; }
  public void setPadding(int left, int top, int right, int bottom) {}
}
