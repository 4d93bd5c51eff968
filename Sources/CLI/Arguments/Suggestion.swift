/// The word that was probably meant by `text`, when one is close enough: a typo or two away.
func closest(to text: String, among words: [String]) -> String? {
    let limit = max(1, text.count / 3)
    return words.map { (word: $0, distance: editDistance(from: text, to: $0)) }
        .filter { $0.distance <= limit }
        .min { $0.distance < $1.distance }?.word
}

/// How many letters must be put in, left out, changed or swapped with their neighbour to make `target` of `source`.
func editDistance(from source: String, to target: String) -> Int {
    let (source, target) = (Array(source), Array(target))
    var rows = [Array(0...target.count)]
    for (row, letter) in source.enumerated() {
        var next = [row + 1]
        for (column, other) in target.enumerated() {
            var cost = min(
                rows[row][column] + (letter == other ? 0 : 1), rows[row][column + 1] + 1, next[column] + 1)
            if row > 0, column > 0, letter == target[column - 1], source[row - 1] == other {
                cost = min(cost, rows[row - 1][column - 1] + 1)
            }
            next.append(cost)
        }
        rows.append(next)
    }
    return rows[source.count][target.count]
}
