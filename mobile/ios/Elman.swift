import CElman
import Foundation

/// An error reported by the library. `description` is one line.
public struct ElmanError: Error, CustomStringConvertible {
    public let status: elman_status
    public let description: String

    init(_ error: elman_error) {
        status = error.status
        var message = error.message
        description = withUnsafeBytes(of: &message) { string($0) }
    }
}

/// A suggested word, ready to display, with its natural log-probability.
public struct Suggestion: Sendable {
    public let word: String
    public let logProbability: Double
}

/// Suggests next words and completions, and scores candidates, with one `.tflite` file, for one text field.
///
/// As an actor, it runs one call at a time, off the main thread.
public actor Elman {
    private static let mostSuggestions = 64

    // Set by `init` and freed by `deinit`, when there are no other references to the actor.
    private nonisolated(unsafe) let model: OpaquePointer
    private nonisolated(unsafe) let session: OpaquePointer
    private var found = [elman_suggestion](
        repeating: elman_suggestion(), count: Elman.mostSuggestions)

    /// Open a model file, such as one in the extension's bundle. Takes tens of milliseconds.
    public init(path: String) throws {
        var error = elman_error()
        var opened: OpaquePointer?
        guard elman_open(path, nil, &opened, &error) == ELMAN_OK, let model = opened else {
            throw ElmanError(error)
        }
        var created: OpaquePointer?
        guard elman_session_create(model, nil, &created, &error) == ELMAN_OK, let session = created
        else {
            elman_close(model, nil)
            throw ElmanError(error)
        }
        self.model = model
        self.session = session
    }

    deinit {
        elman_session_free(session, nil)
        elman_close(model, nil)
    }

    /// Suggest the most likely words at the cursor. `text` is the text before it, such as
    /// `textDocumentProxy.documentContextBeforeInput`.
    public func predict(
        _ text: String, count: Int = 3, punctuation: Bool = false, blocklist: Bool = true
    ) throws -> [Suggestion] {
        var error = elman_error()
        var options = elman_options()
        options.punctuation = punctuation
        options.ignore_blocklist = !blocklist
        var number = 0
        let wanted = min(max(count, 1), Elman.mostSuggestions)
        let status = withUTF8(text) { bytes, length in
            elman_predict(session, bytes, length, &options, wanted, &found, &number, &error)
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return found.prefix(number).map { suggestion in
            var word = suggestion.word
            return Suggestion(
                word: withUnsafeBytes(of: &word) { string($0) },
                logProbability: suggestion.log_probability)
        }
    }

    /// The natural log-probability of each of `words` after `context`, which ends before the word.
    public func rescore(context: String, words: [String]) throws -> [Double] {
        var error = elman_error()
        var candidates = [elman_candidate](repeating: elman_candidate(), count: words.count)
        let copies = words.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let pointers = copies.map { UnsafePointer<CChar>($0) }
        let status = withUTF8(context) { bytes, length in
            elman_rescore(session, bytes, length, pointers, words.count, &candidates, &error)
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return candidates.map(\.log_probability)
    }

    /// Never suggest these words, in any case. They replace the previous list; an empty list clears it.
    /// Returns the number of vocabulary entries that are blocked.
    @discardableResult
    public func block(_ words: [String]) throws -> Int {
        var error = elman_error()
        var blocked = 0
        let status = withUTF8(words.joined(separator: "\n")) { bytes, length in
            elman_block(model, bytes, length, &blocked, &error)
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return blocked
    }
}

/// Convert a NUL-terminated C array of characters.
private func string(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

/// Call a function with a text's UTF-8 bytes and their number.
private func withUTF8<Result>(
    _ text: String, _ body: (UnsafePointer<CChar>?, Int) -> Result
) -> Result {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress, $0.count) }
    }
}
