import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.elman.keyboard.Elman;
import org.elman.keyboard.Profile;

/** Two keyboards exchange their profiles at the same time, several times: `Exchange TIMES`. */
class Exchange {
  public static void main(String[] arguments) throws Exception {
    byte[] model = Files.readAllBytes(Path.of("model.tflite"));
    Profile one = Profile.open(new File("one")), other = Profile.open(new File("other"));
    Elman first = Elman.open(model), second = Elman.open(model);
    for (int i = Integer.parseInt(arguments[0]); i > 0; i--) {
      first.use(one);
      second.use(other);
      Thread[] threads = {new Thread(() -> first.use(other)), new Thread(() -> second.use(one))};
      // Both have to wait, and then go on at the same time.
      synchronized (other) {
        for (Thread each : threads) each.start();
        Thread.sleep(20);
      }
      for (Thread each : threads) each.join();
    }
    first.close();
    second.close();
    one.close();
    other.close();
    System.out.println("exchanged");
  }
}
