// Converts offsets in code points, as in Python and in addresses, to offsets in JavaScript strings.

/** Return a function that converts offsets in code points to UTF-16 offsets of the text. */
export function utf16Offsets(text) {
  const wide = [];
  for (const match of text.matchAll(/[\ud800-\udbff]/g)) wide.push(match.index - wide.length);
  return (point) => point + countUpTo(wide, point - 1);
}

/** Return how many of the ascending `numbers` are at most `limit`. */
export function countUpTo(numbers, limit) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
