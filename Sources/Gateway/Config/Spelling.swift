/// Finds the known word that a misspelled one most likely stands for.
enum Spelling {
    /// `did you mean "timeout"?`, or nil when nothing known is close enough.
    static func suggestion(for word: String, among known: some Sequence<String>) -> String? {
        closest(to: word, among: known).map { "did you mean \"\($0)\"?" }
    }

    /// The known word at the least distance, at most a third of the word's length and never none.
    static func closest(to word: String, among known: some Sequence<String>) -> String? {
        let allowed = max(1, word.utf8.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = distance(Array(word.lowercased().utf8), Array(candidate.lowercased().utf8))
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Edits between two words, where swapping neighbours counts as one (optimal string alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if abs(left.count - right.count) > 16 { return .max }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replace = last[column] + (left[row] == right[column] ? 0 : 1)
                var edits = min(replace, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    edits = min(edits, beforeLast[column - 1] + 1)
                }
                current.append(edits)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
