package org.elman.keyboard;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class ElmanException extends RuntimeException {
  ElmanException(String message) {
    super(message);
  }
}

/** Calls every native function as `Elman.kt` and `Profile.kt` do, and prints the results. */
class ElmanNative {
  static {
    System.loadLibrary("elman_jni");
  }

  native long open(byte[] file);
  native void close(long handle);
  native byte[] predict(long handle, byte[] context, byte[] prefix, int flags, double[] logs);
  native byte[] correct(long handle, byte[] before, float[] touches, int flags, double[] numbers);
  native void layout(long handle, byte[] layout);
  native void rescore(long handle, byte[] context, byte[] words, double[] logs);
  native int block(long handle, byte[] words);
  native int read(long handle, byte[] before, int steps);
  native byte[] take(long handle, byte[] before, byte[] after, byte[] word, int[] numbers);
  native byte[] react(long handle, byte[] before, int space, byte[] typed, int[] numbers);

  native void use(long handle, long profile);
  native long profileOpen(byte[] path);
  native void profileClose(long profile);
  native void profileSave(long profile, byte[] path);
  native byte[] profileBytes(long profile);
  native void profileMerge(long profile, byte[] bytes);
  native void profileClear(long profile);
  native byte[] profileWords(long profile, int from);
  native void learn(long profile, byte[] text);
  native void forget(long profile, byte[] word);
  native void remember(long profile, byte[] word);
  native void keep(long profile, byte[] word);

  static byte[] utf8(String text) throws Exception {
    return text.getBytes("UTF-8");
  }

  static void show(byte[] text, int[] numbers) throws Exception {
    String shown = text == null ? "null" : "[" + new String(text, "UTF-8") + "] " + Arrays.toString(numbers);
    System.out.println(shown);
  }

  static void refused(Runnable call) {
    try {
      call.run();
      System.out.println("accepted");
    } catch (ElmanException error) {
      System.out.println(error.getMessage());
    }
  }

  public static void main(String[] arguments) throws Exception {
    ElmanNative keyboard = new ElmanNative();
    byte[] file = Files.readAllBytes(Path.of(arguments[0]));
    byte[] text = utf8("What do you ");
    refused(() -> keyboard.open(new byte[3]));
    long handle = keyboard.open(file);
    System.out.println(keyboard.read(handle, text, 2));
    double[] logs = new double[3];
    byte[] words = keyboard.predict(handle, text, null, 0, logs);
    System.out.println(new String(words, "UTF-8").replace('\n', ' '));
    System.out.println(new String(keyboard.predict(handle, text, utf8("th"), 0, logs), "UTF-8").replace('\n', ' '));
    keyboard.rescore(handle, text, utf8("think\0thing\0"), new double[2]);
    refused(() -> keyboard.predict(handle, text, null, 0, new double[65]));
    int[] numbers = new int[4];
    show(keyboard.take(handle, utf8("I’m thi"), utf8("nk, then"), utf8("don't\0"), numbers), numbers);
    show(keyboard.react(handle, utf8("fine "), 1, utf8("."), numbers), numbers);
    show(keyboard.react(handle, utf8("fine "), 0, utf8("."), numbers), numbers);
    refused(() -> keyboard.read(handle, new byte[] {(byte) 0xff}, 1));
    refused(() -> keyboard.take(handle, new byte[] {(byte) 0xff}, text, text, numbers));
    corrections(keyboard, handle);
    System.out.println(keyboard.block(handle, utf8("you")));
    profiles(keyboard, handle, arguments[1]);
    keyboard.close(handle);
  }

  static void corrections(ElmanNative keyboard, long handle) throws Exception {
    byte[] before = utf8("How zre");
    readings(keyboard, handle, before, null);
    readings(keyboard, handle, before, new float[] {1.5f, 2.0f, Float.NaN, Float.NaN, 2.5f, 0.5f});
    keyboard.layout(handle, utf8("azerty"));
    readings(keyboard, handle, before, null);
    refused(() -> keyboard.layout(handle, new byte[] {'?'}));
    keyboard.layout(handle, utf8("qwerty"));
    long profile = keyboard.profileOpen(utf8("/nowhere/profile\0"));
    keyboard.keep(profile, utf8("zre"));
    keyboard.use(handle, profile);
    readings(keyboard, handle, before, null);
    keyboard.use(handle, 0);
    keyboard.profileClose(profile);
    System.out.println(keyboard.correct(handle, utf8("How "), null, 0, new double[8]).length);
    refused(() -> keyboard.correct(handle, before, null, 0, new double[0]));
    refused(() -> keyboard.correct(handle, new byte[] {(byte) 0xff}, null, 0, new double[4]));
  }

  static void readings(ElmanNative keyboard, long handle, byte[] before, float[] touches) throws Exception {
    double[] numbers = new double[12];
    byte[] found = keyboard.correct(handle, before, touches, 0, numbers);
    String[] texts = new String(found, "UTF-8").split("\n");
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < texts.length; i++)
      line.append(String.format(
          "%s %d %.6f %.6f %d; ", texts[i], (int) numbers[4 * i], numbers[4 * i + 1], numbers[4 * i + 2],
          (int) numbers[4 * i + 3]));
    System.out.println(line);
  }

  static void profiles(ElmanNative keyboard, long handle, String path) throws Exception {
    byte[] file = utf8(path + "\0");
    long profile = keyboard.profileOpen(file);
    for (int i = 0; i < 2; i++) keyboard.learn(profile, utf8("Ask Øyvind"));
    words(keyboard, profile);
    keyboard.use(handle, profile);
    byte[] begun = keyboard.predict(handle, utf8("Ask Øy"), null, 0, new double[3]);
    System.out.println(new String(begun, "UTF-8"));
    refused(() -> keyboard.profileClose(profile));
    refused(() -> keyboard.learn(profile, new byte[] {(byte) 0xff}));
    byte[] bytes = keyboard.profileBytes(profile);
    keyboard.forget(profile, utf8("øyvind"));
    keyboard.profileMerge(profile, bytes);
    words(keyboard, profile);
    keyboard.remember(profile, utf8("Øyvind"));
    keyboard.profileSave(profile, file);
    // The message has 120 bytes of the path.
    byte[] nowhere = utf8("/no/😀x" + "é".repeat(80) + "\0");
    refused(() -> keyboard.profileSave(profile, nowhere));
    keyboard.profileClear(profile);
    words(keyboard, profile);
    keyboard.use(handle, 0);
    keyboard.profileClose(profile);
    long again = keyboard.profileOpen(file);
    words(keyboard, again);
    keyboard.profileClose(again);
    Files.write(Path.of(path), new byte[] {1, 2, 3});
    refused(() -> keyboard.profileOpen(file));
    refused(() -> keyboard.profileMerge(0, bytes));
  }

  static void words(ElmanNative keyboard, long profile) throws Exception {
    String lines = new String(keyboard.profileWords(profile, 0), "UTF-8");
    System.out.println("words: " + lines.replace("\n", "; "));
  }
}
