import CElman
import Foundation

/// A word that a profile knows.
public struct LearnedWord: Sendable {
    public let word: String
    /// How often it was typed.
    public let count: Int
    /// When it was last typed: the number of words learned until then.
    public let last: Int

    fileprivate init(_ learned: elman_learned_word) {
        var bytes = learned.word
        word = withUnsafeBytes(of: &bytes) { string($0) }
        count = Int(learned.count)
        last = Int(learned.last)
    }
}

/// What one user taught: words, how often, and after which other words. Nothing is learned except by `learn`.
/// `Elman.use` makes suggestions from it.
///
/// Any thread may call its methods, which wait for each other, as does an `Elman` that uses the profile.
public final class Profile: @unchecked Sendable {
    private static let batch = 64

    let pointer: OpaquePointer
    private let lock = NSLock()

    /// Open the profile in a file; it is empty if the file does not exist. If the file is damaged, an error says
    /// so and the file is left as it is: go on without a profile.
    public init(path: String) throws {
        var error = elman_error()
        var opened: OpaquePointer?
        guard elman_profile_open(path, &opened, &error) == ELMAN_OK, let pointer = opened else {
            throw ElmanError(error)
        }
        self.pointer = pointer
    }

    deinit {
        elman_profile_close(pointer, nil)
    }

    /// Learn from a finished text, in which each line is a message. Never pass text from a private field; see
    /// "Learning" in the guide. Words that look like a password, number or address are left out.
    public func learn(_ text: String) throws {
        try call(elman_learn, text)
    }

    /// Forget a word and everything that contains it. Only `remember` brings it back.
    public func forget(_ word: String) throws {
        try call(elman_forget, word)
    }

    /// Add a word that the user asked for: it is suggested at once, even if it was forgotten.
    public func remember(_ word: String) throws {
        try call(elman_remember, word)
    }

    /// Never correct a word with certainty again, because the user took its correction back.
    public func keep(_ word: String) throws {
        try call(elman_keep, word)
    }

    /// All words, sorted by their bytes in lower case, for a settings screen.
    public func words() throws -> [LearnedWord] {
        var found = [elman_learned_word](repeating: elman_learned_word(), count: Profile.batch)
        var words: [LearnedWord] = []
        var count = 0
        repeat {
            try checked { elman_profile_words($0, words.count, &found, found.count, &count, &$1) }
            words += found.prefix(count).map(LearnedWord.init)
        } while count > 0
        return words
    }

    /// Delete everything.
    public func clear() throws {
        try checked { elman_profile_clear($0, &$1) }
    }

    /// Save to a file, which holds the old or the new profile even if the process is killed.
    public func save(path: String) throws {
        try checked { elman_profile_save($0, path, &$1) }
    }

    /// The bytes of the profile, for a backup. They are the same on every platform.
    public func bytes() throws -> Data {
        var data = Data(count: Int(ELMAN_LARGEST_PROFILE))
        var length = 0
        try checked { pointer, error in
            data.withUnsafeMutableBytes {
                elman_profile_bytes(pointer, $0.baseAddress, $0.count, &length, &error)
            }
        }
        return data.prefix(length)
    }

    /// Import a backup. Words that were forgotten, here or there, stay forgotten.
    public func merge(_ data: Data) throws {
        try checked { pointer, error in
            data.withUnsafeBytes {
                elman_profile_merge(pointer, $0.baseAddress, $0.count, &error)
            }
        }
    }

    /// Call the library while nothing else uses the profile.
    func exclusively<Result>(_ call: (OpaquePointer) -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return call(pointer)
    }

    /// Call the library while nothing else uses either profile. Two are always locked in the same order, so that two
    /// keyboards can exchange theirs.
    static func exclusively<Result>(_ one: Profile?, _ other: Profile?, _ call: () -> Result) -> Result {
        var used = [one, one === other ? nil : other].compactMap { $0 }
        used.sort { UInt(bitPattern: $0.pointer) < UInt(bitPattern: $1.pointer) }
        used.forEach { $0.lock.lock() }
        defer { used.forEach { $0.lock.unlock() } }
        return call()
    }

    private func checked(
        _ call: (OpaquePointer, inout elman_error) -> elman_status
    ) throws {
        var error = elman_error()
        guard exclusively({ call($0, &error) }) == ELMAN_OK else { throw ElmanError(error) }
    }

    private func call(
        _ function: (
            OpaquePointer?, UnsafePointer<CChar>?, Int, UnsafeMutablePointer<elman_error>?
        ) -> elman_status,
        _ text: String
    ) throws {
        try checked { pointer, error in
            withUTF8(text) { bytes, length in function(pointer, bytes, length, &error) }
        }
    }
}
