package android.os;

public class Handler {
  public static final java.util.Queue<Runnable> POSTED = new java.util.concurrent.ConcurrentLinkedQueue<>();
  public Handler(Looper looper) {}
  public boolean post(Runnable action) { return POSTED.add(action); }
}
