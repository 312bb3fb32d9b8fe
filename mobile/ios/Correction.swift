import CElman

/// Where the screen was touched: `x` in key widths from the left, `y` in rows from the top of the layout.
public struct Touch: Sendable {
    public let x: Float
    public let y: Float

    public init(x: Float, y: Float) {
        self.x = x
        self.y = y
    }
}

/// What somebody may have meant by typing a word.
public struct Correction: Sendable {
    /// May have two words.
    public let text: String
    /// The end of the text before the cursor, which `text` stands for.
    public let replaces: String
    /// The natural logarithm of the probability of the word and of having typed it this way.
    public let logProbability: Double
    /// Its probability among the readings that were found.
    public let share: Double
    /// Whether it is what was typed.
    public let isLiteral: Bool
    /// Whether it should replace what was typed.
    public let isCertain: Bool

    init(_ correction: elman_correction, before: String) {
        var bytes = correction.text
        text = withUnsafeBytes(of: &bytes) { string($0) }
        replaces = String(decoding: before.utf8.suffix(correction.replaces), as: UTF8.self)
        logProbability = correction.log_probability
        share = correction.share
        isLiteral = correction.is_literal
        isCertain = correction.is_certain
    }
}
