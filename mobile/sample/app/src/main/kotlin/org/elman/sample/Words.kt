package org.elman.sample

import android.content.Context
import android.os.Handler
import android.os.Looper
import java.io.File
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import org.elman.keyboard.Correction
import org.elman.keyboard.Edit
import org.elman.keyboard.Elman
import org.elman.keyboard.ElmanException
import org.elman.keyboard.Profile
import org.elman.keyboard.Space

/** Suggestions for the text before the cursor. [correction] is null unless it should be made. */
class Choices(val text: String, val words: List<String>, val correction: Correction? = null)

/** The model and what the user taught, on a background thread. Answers come on the main thread. */
class Words(private val context: Context) {
    private val worker = Executors.newSingleThreadExecutor()
    private val main = Handler(Looper.getMainLooper())
    private val newest = AtomicInteger()

    /** Not backed up, unlike `filesDir`. */
    private val file = File(context.noBackupFilesDir, "keyboard.profile")

    // Written by the worker while it opens the files. Both are null if there are no suggestions.
    @Volatile private var elman: Elman? = null
    @Volatile private var profile: Profile? = null

    init {
        worker.execute(::open)
    }

    private fun open() {
        try {
            profile = Profile.open(file)
        } catch (damaged: ElmanException) {
            // No learning. A full keyboard shows the message, which says what to do.
        }
        try {
            elman = Elman.open(context.assets.open("model.tflite").use { it.readBytes() })
        } catch (refused: ElmanException) {
            // No suggestions.
        }
    }

    /** Use what the user taught, or, in a private field, the model alone. */
    fun use(taught: Boolean) = worker.execute {
        try {
            elman?.use(if (taught) profile else null)
        } catch (refused: ElmanException) {
            // There is too little memory for what the user taught: suggestions go on as before.
        }
    }

    /** Find suggestions for a [text], unless a newer one is asked for meanwhile. Only a whole word is corrected. */
    fun ask(text: String, isWhole: Boolean, answer: (Choices) -> Unit) {
        val question = newest.incrementAndGet()
        worker.execute {
            if (question != newest.get()) return@execute
            val choices = choices(text, isWhole)
            main.post { if (question == newest.get()) answer(choices) }
        }
    }

    /** Do not answer the last question. */
    fun cancel() {
        newest.incrementAndGet()
    }

    /** Suggestions for a [text], if the answer to [ask] has not come yet. Waits for milliseconds. */
    fun answer(text: String, isWhole: Boolean): Choices {
        cancel()
        // On the worker, after what was kept or forgotten before.
        return worker.submit(Callable { choices(text, isWhole) }).get()
    }

    private fun choices(text: String, isWhole: Boolean): Choices = try {
        found(text, isWhole)
    } catch (refused: ElmanException) {
        Choices(text, emptyList())
    }

    private fun found(text: String, isWhole: Boolean): Choices {
        val elman = elman ?: return Choices(text, emptyList())
        val words = elman.predict(text).map { it.word }
        if (!isWhole || text.isEmpty() || !text.last().isLetter()) return Choices(text, words)
        val certain = elman.correct(text).find { it.isCertain && !it.isLiteral }
            ?: return Choices(text, words)
        val literal = text.takeLast(certain.replaces)
        return Choices(text, listOf(literal, certain.text) + (words - certain.text), certain)
    }

    /** The edit that puts a suggestion into a text. */
    fun take(before: String, word: String, after: String): Edit? = elman?.take(before, word, after)

    /** The edit for punctuation after a suggestion, or null if it is to be inserted as usual. */
    fun react(before: String, space: Space, typed: String): Edit? = elman?.react(before, space, typed)

    /** Learn from a finished text, and save. */
    fun learn(text: String) = change { it.learn(text) }

    /** Never correct this word again: the user took its correction back. */
    fun keep(word: String) = change { it.keep(word) }

    fun forget(word: String) = change { it.forget(word) }

    private fun change(action: (Profile) -> Unit) = worker.execute {
        val profile = profile ?: return@execute
        try {
            action(profile)
            profile.save(file)
        } catch (failed: ElmanException) {
            // The disk is full, or the text has no word to forget: the profile on the disk is the old one.
        }
    }

    fun close() {
        worker.execute {
            elman?.close()
            profile?.close()
        }
        worker.shutdown()
    }
}
