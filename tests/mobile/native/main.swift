// Calls the Swift wrapper, and prints the results: `program MODEL PROFILE`.
import CElman
import Foundation

let model = CommandLine.arguments[1]
let path = CommandLine.arguments[2]

let elman = try Elman(path: model)
print(try await elman.predict("What do you ").map(\.word).joined(separator: " "))
print(try await elman.rescore(context: "What do you ", words: ["think", "thing"]).count)
let edit = try await elman.take(before: "I’m thi", word: "don't", after: "nk, then")
print("[\(edit.text)] [\(edit.before)] [\(edit.after)]")
print(try await elman.react(before: "fine ", space: ELMAN_SPACE_BROUGHT, typed: ".")?.text ?? "nil")
print(try await elman.react(before: "fine ", space: ELMAN_SPACE_NONE, typed: ".") == nil)

let profile = try Profile(path: path)
try await elman.use(profile)
for _ in 0..<2 { try profile.learn("Ask Øyvind") }
print(try profile.words().map { "\($0.word) \($0.count)" }.joined(separator: "; "))
print(try await elman.predict("Ask Øy").map(\.word).joined(separator: " "))
let bytes = try profile.bytes()
try profile.forget("øyvind")
try profile.merge(bytes)
try profile.save(path: path)
print(try Profile(path: path).words().map(\.word).joined(separator: " "))
let readings = try await elman.correct("I like teh")
print(readings.filter(\.isCertain).map { "\($0.replaces) \($0.text)" }.joined(separator: "; "))
try profile.keep("teh")
print(try await elman.correct("I like teh").filter(\.isCertain).isEmpty)

// The same profile again, and two keyboards that exchange theirs.
try await elman.use(profile)
let other = try Profile(path: path + ".other")
let second = try Elman(path: model)
await withTaskGroup(of: Void.self) { group in
    for (keyboard, first, last) in [(elman, profile, other), (second, other, profile)] {
        group.addTask {
            for _ in 0..<50 {
                try? await keyboard.use(first)
                try? await keyboard.use(last)
            }
        }
    }
}
try await elman.use(profile)

// An actor and a profile may be called from any task.
await withTaskGroup(of: Void.self) { group in
    for number in 0..<4 {
        group.addTask {
            for _ in 0..<50 {
                if number % 2 == 0 { _ = try? await elman.predict("Ask ") } else { try? profile.learn("word") }
            }
        }
    }
}
print(try profile.words().map { "\($0.word) \($0.count)" }.joined(separator: "; "))
do {
    _ = try await elman.predict("Ask ", count: 65)
} catch {
    print(error)
}
try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
do {
    _ = try Profile(path: path)
} catch {
    print(error)
}
