export interface TreeSize {
  /** Nodes with shared ones counted at each use. */
  readonly nodes: number;
  /** Object keys, likewise. */
  readonly keys: number;
  /** Levels below the node; more than the limit when it was reached, where the walk stops. */
  readonly depth: number;
  readonly cyclic: boolean;
}

const leaf: TreeSize = { nodes: 1, keys: 0, depth: 0, cyclic: false };

/**
 * Size and depth of parsed data. YAML aliases make a document a graph: with `shared`, each node is walked once and
 * its size added at each use, so that a document that would explode is known without exploding.
 */
export function measureTree(root: unknown, depthLimit: number, shared: boolean): TreeSize {
  return shared ? measureGraph(root, depthLimit) : countTree(root, depthLimit);
}

function countTree(root: unknown, depthLimit: number): TreeSize {
  let nodes = 0;
  let keys = 0;
  let depth = 0;
  const visit = (value: unknown, level: number): void => {
    nodes++;
    if (typeof value !== "object" || value === null) return;
    if (level > depth) depth = level;
    if (level > depthLimit) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item, level + 1);
      return;
    }
    for (const child of Object.values(value)) {
      keys++;
      visit(child, level + 1);
    }
  };
  visit(root, 1);
  return { nodes, keys, depth, cyclic: false };
}

function measureGraph(root: unknown, depthLimit: number): TreeSize {
  const done = new Map<object, TreeSize>();
  const open = new Set<object>();
  const measure = (value: unknown, level: number): TreeSize => {
    if (typeof value !== "object" || value === null) return leaf;
    if (level > depthLimit) return { ...leaf, depth: 1 };
    if (open.has(value)) return { ...leaf, cyclic: true };
    const known = done.get(value);
    if (known) return known;
    open.add(value);
    const size = measureChildren(value, level);
    open.delete(value);
    done.set(value, size);
    return size;
  };
  const measureChildren = (node: object, level: number): TreeSize => {
    const isArray = Array.isArray(node);
    const children: readonly unknown[] = isArray ? node : Object.values(node);
    let nodes = 1;
    let keys = isArray ? 0 : children.length;
    let depth = 0;
    let cyclic = false;
    for (const child of children) {
      const size = measure(child, level + 1);
      nodes += size.nodes;
      keys += size.keys;
      depth = Math.max(depth, size.depth);
      cyclic ||= size.cyclic;
    }
    return { nodes, keys, depth: depth + 1, cyclic };
  };
  return measure(root, 1);
}
