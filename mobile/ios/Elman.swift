import CElman
import Foundation

/// An error reported by the library. `description` is one line.
public struct ElmanError: Error, CustomStringConvertible {
    public let status: elman_status
    public let description: String

    init(_ error: elman_error) {
        var message = error.message
        self.init(error.status, withUnsafeBytes(of: &message) { string($0) })
    }

    init(_ status: elman_status, _ description: String) {
        self.status = status
        self.description = description
    }
}

/// A suggested word, ready to display, with its natural log-probability.
public struct Suggestion: Sendable {
    public let word: String
    public let logProbability: Double
}

/// A change of the text around the cursor: replace `before`, the end of the text before the cursor, and
/// `after`, the beginning of the text after it, with `text`; then move the cursor to the beginning of `back`,
/// the end of `text`.
public struct Edit: Sendable {
    public let before: String
    public let after: String
    public let text: String
    public let back: String
    /// The space after the suggestion. Pass it to `react` with the character typed next.
    public let space: elman_space

    fileprivate init(_ edit: elman_edit, before left: String, after right: String) {
        var bytes = edit.text
        let text = withUnsafeBytes(of: &bytes) { string($0) }
        before = String(decoding: left.utf8.suffix(edit.before), as: UTF8.self)
        after = String(decoding: right.utf8.prefix(edit.after), as: UTF8.self)
        back = String(decoding: text.utf8.suffix(edit.back), as: UTF8.self)
        self.text = text
        space = edit.space
    }
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
    private var profile: Profile?

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
        // A session whose profile is busy would not be freed.
        let (opened, used) = (model, session)
        Profile.exclusively(profile, nil) { () -> Void in
            elman_session_free(used, nil)
            elman_close(opened, nil)
        }
    }

    /// Mix what a profile counted into suggestions and scores from now on; nil uses the model alone.
    public func use(_ profile: Profile?) throws {
        var error = elman_error()
        let status = Profile.exclusively(self.profile, profile) {
            elman_session_use(session, profile?.pointer, &error)
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        self.profile = profile
    }

    /// Suggest the `count` most likely words at the cursor, from 1 to 64. `text` is the text before it, such as
    /// `textDocumentProxy.documentContextBeforeInput`.
    public func predict(
        _ text: String, count: Int = 3, punctuation: Bool = false, blocklist: Bool = true
    ) throws -> [Suggestion] {
        var error = elman_error()
        var options = elman_options()
        options.punctuation = punctuation
        options.ignore_blocklist = !blocklist
        var number = 0
        let status = exclusively {
            withUTF8(text) { bytes, length in
                elman_predict(session, bytes, length, &options, count, &found, &number, &error)
            }
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return found.prefix(number).map { suggestion in
            var word = suggestion.word
            return Suggestion(
                word: withUnsafeBytes(of: &word) { string($0) },
                logProbability: suggestion.log_probability)
        }
    }

    /// Correct the word before the cursor: find what may have been meant, most likely first, up to `count`
    /// readings, of which fewer than 3 can leave out certain ones. The typed word is always among them; there are none
    /// without a word. `text` is the text before the cursor; it ends with the word. `touches` says where the screen was
    /// touched for its last characters (Unicode scalars); nil for one without a touch.
    public func correct(
        _ text: String, touches: [Touch?] = [], count: Int = 3, blocklist: Bool = true
    ) throws -> [Correction] {
        var error = elman_error()
        var options = elman_options()
        options.ignore_blocklist = !blocklist
        var number = 0
        guard (1...Elman.mostSuggestions).contains(count) else {
            throw ElmanError(ELMAN_ERROR_ARGUMENT, "count is \(count), but must be from 1 to 64")
        }
        var found = [elman_correction](repeating: elman_correction(), count: count)
        let points = touches.map { elman_touch(x: $0?.x ?? .nan, y: $0?.y ?? .nan) }
        let status = exclusively {
            withUTF8(text) { bytes, length in
                elman_correct(
                    session, bytes, length, points, points.count, &options, count, &found, &number,
                    &error)
            }
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return found.prefix(number).map { Correction($0, before: text) }
    }

    /// Set the layout of the keyboard, which tells which keys are neighbours: `qwerty` (the default), `qwertz`,
    /// `azerty`, or rows of keys, one per line: the distance of the first key from the left in key widths, a
    /// space, and the letters.
    public func layout(_ layout: String) throws {
        var error = elman_error()
        let status = exclusively {
            withUTF8(layout) { elman_session_layout(session, $0, $1, &error) }
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
    }

    /// The natural log-probability of each of `words` after `context`, which ends before the word.
    public func rescore(context: String, words: [String]) throws -> [Double] {
        var error = elman_error()
        var candidates = [elman_candidate](repeating: elman_candidate(), count: words.count)
        let status = exclusively {
            withCStrings(words) { pointers in
                withUTF8(context) { bytes, length in
                    elman_rescore(
                        session, bytes, length, pointers, words.count, &candidates, &error)
                }
            }
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return candidates.map(\.log_probability)
    }

    /// Read `text`, which ends at the cursor, in pieces, so that the task can be cancelled in between. Runs at
    /// most `steps` steps of the network and returns how many remain: call again with the same text until
    /// it returns 0. Then `predict` with this text needs no step.
    public func read(_ text: String, steps: Int) throws -> Int {
        guard steps > 0 else {
            throw ElmanError(ELMAN_ERROR_ARGUMENT, "steps is \(steps), but must be at least 1")
        }
        var error = elman_error()
        var left = 0
        let status = exclusively {
            withUTF8(text) { bytes, length in
                elman_read(session, bytes, length, steps, &left, &error)
            }
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return left
    }

    /// The edit that puts a suggestion into a text. `word` was predicted for `before`, the text before the
    /// cursor; `after` is the text after it. The edit replaces the whole word around the cursor, adds the
    /// spaces that belong there and uses the kind of apostrophe that the text uses.
    public func take(before: String, word: String, after: String = "") throws -> Edit {
        var error = elman_error()
        var placed = elman_edit()
        var edit = elman_edit()
        let status = exclusively {
            withUTF8(before) { left, leftLength in
                withUTF8(after) { right, rightLength in
                    let status = elman_place(session, left, leftLength, word, &placed, &error)
                    guard status == ELMAN_OK else { return status }
                    return elman_take(
                        session, left, leftLength, right, rightLength, &placed, &edit, &error)
                }
            }
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        return Edit(edit, before: before, after: after)
    }

    /// The edit for `typed`, a character typed right after a suggestion was taken, or nil if it is to be
    /// inserted as usual: punctuation goes before the space. `space` is that of the latest edit.
    public func react(before: String, space: elman_space, typed: String) throws -> Edit? {
        var error = elman_error()
        var reacts = false
        var edit = elman_edit()
        let status = withUTF8(before) { left, leftLength in
            withUTF8(typed) { mark, markLength in
                elman_react(
                    session, left, leftLength, space, mark, markLength, &reacts, &edit, &error)
            }
        }
        guard status == ELMAN_OK else { throw ElmanError(error) }
        // The only character after the cursor that such an edit replaces is the space.
        return reacts ? Edit(edit, before: before, after: " ") : nil
    }

    /// Never suggest these words, in any case. They replace the previous list; an empty list clears it.
    /// Returns the number of blocked words of the model.
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

    /// Call the library while no method of the profile runs.
    private func exclusively<Result>(_ call: () -> Result) -> Result {
        Profile.exclusively(profile, nil, call)
    }
}

/// Convert a NUL-terminated C array of characters.
func string(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

/// Call a function with a text's UTF-8 bytes and their number.
func withUTF8<Result>(
    _ text: String, _ body: (UnsafePointer<CChar>?, Int) -> Result
) -> Result {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress, $0.count) }
    }
}

/// Call a function with copies of texts that end with a NUL.
private func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies.map { UnsafePointer<CChar>($0) })
}
