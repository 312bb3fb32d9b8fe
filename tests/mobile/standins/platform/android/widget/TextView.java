package android.widget;

public class TextView extends android.view.View {
  private CharSequence text = "";
  public TextView(android.content.Context context) { super(context); }
  public CharSequence getText() { return text; }
  public void setText(CharSequence value) { text = value; }
  public void setAllCaps(boolean value) {}
}
