package org.elman.keyboard;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class ElmanException extends RuntimeException {
  ElmanException(String message) {
    super(message);
  }
}

/** Calls every function of `elman_jni.c` as `Elman.kt` does, and prints the results. */
class ElmanNative {
  static {
    System.loadLibrary("elman_jni");
  }

  native long open(byte[] file);
  native void close(long handle);
  native byte[] predict(long handle, byte[] context, byte[] prefix, int flags, double[] logs);
  native void rescore(long handle, byte[] context, byte[] words, double[] logs);
  native int block(long handle, byte[] words);
  native int read(long handle, byte[] before, int steps);
  native byte[] take(long handle, byte[] before, byte[] after, byte[] word, int[] numbers);
  native byte[] react(long handle, byte[] before, int space, byte[] typed, int[] numbers);

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
    System.out.println(keyboard.block(handle, utf8("you")));
    keyboard.close(handle);
  }
}
