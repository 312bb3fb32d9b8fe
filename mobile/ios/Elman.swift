import CElman
import Foundation

/// What the library refused, in one line.
public struct ElmanError: Error, CustomStringConvertible {
    public let status: elman_status
    public let description: String

    init(_ error: elman_error) {
        status = error.status
        var message = error.message
        description = withUnsafeBytes(of: &message) { string($0) }
    }
}

/// A word as it is to be shown, and the natural logarithm of its probability.
public struct Suggestion: Sendable {
    public let word: String
    public let logProbability: Double
}

/// Next words, completions and scores from one `.tflite` file, for one text field.
///
/// An actor: calls wait for each other, away from the main thread.
public actor Elman {
    private static let mostSuggestions = 64

    // Written once by `init` and freed by `deinit`, when nobody else holds the actor any more.
    private nonisolated(unsafe) let model: OpaquePointer
    private nonisolated(unsafe) let session: OpaquePointer
    private var found = [elman_suggestion](
        repeating: elman_suggestion(), count: Elman.mostSuggestions)

    /// Open the model in the extension's bundle; takes milliseconds.
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

    /// The likeliest words at the cursor. `text` is what stands before it, such as
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

    /// How probable each of `words` is behind `context`, which ends before the word.
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

    /// Never suggest these words, in whatever case; none clears the list.
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

/// The text of a C array of characters, which a NUL ends.
private func string(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

/// Lend a text's UTF-8 to a C function: the bytes and how many they are.
private func withUTF8<Result>(
    _ text: String, _ body: (UnsafePointer<CChar>?, Int) -> Result
) -> Result {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress, $0.count) }
    }
}
