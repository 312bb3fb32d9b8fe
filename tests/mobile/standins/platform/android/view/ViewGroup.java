package android.view;

public class ViewGroup extends View {
  public static class LayoutParams {}
  public final java.util.List<View> children = new java.util.ArrayList<>();
  public ViewGroup(android.content.Context context) { super(context); }
  public void addView(View view) { children.add(view); }
  public void addView(View view, LayoutParams place) { children.add(view); }
}
