package android.widget;

public class LinearLayout extends android.view.ViewGroup {
  public static class LayoutParams extends android.view.ViewGroup.LayoutParams {
    public LayoutParams(int width, int height, float weight) {}
  }
  public LinearLayout(android.content.Context context) { super(context); }
  public void setOrientation(int value) {}
}
