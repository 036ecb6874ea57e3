/** The same texts are asked for again and again, and a process may live long: what was found is kept, up to a number. */
export function remember<Value>(find: (text: string) => Value, most = 50_000): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const earlier = known.get(text);
    if (earlier !== undefined) return earlier;
    const found = find(text);
    if (known.size >= most) known.clear();
    known.set(text, found);
    return found;
  };
}
