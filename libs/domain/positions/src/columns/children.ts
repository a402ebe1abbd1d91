/** Members in rows grouped by the element they belong to, in document order: members of element `e` are at `first[e]`…`first[e + 1]`. */
export interface Grouping {
  readonly first: Uint32Array;
  readonly members: Uint32Array;
}

/** Groups rows by owner, keeping their order; `from` leaves out the rows before it. */
export function groupByOwner(owners: Uint32Array, ownerCount: number, from = 0): Grouping {
  const first = new Uint32Array(ownerCount + 1);
  for (let row = from; row < owners.length; row++) addTo(first, (owners[row] ?? 0) + 1, 1);
  for (let owner = 0; owner < ownerCount; owner++) addTo(first, owner + 1, first[owner] ?? 0);
  const next = first.slice();
  const members = new Uint32Array(Math.max(0, owners.length - from));
  for (let row = from; row < owners.length; row++) {
    const owner = owners[row] ?? 0;
    members[next[owner] ?? 0] = row;
    addTo(next, owner, 1);
  }
  return { first, members };
}

export function membersOf(grouping: Grouping, owner: number): Uint32Array {
  return grouping.members.subarray(grouping.first[owner] ?? 0, grouping.first[owner + 1] ?? 0);
}

function addTo(column: Uint32Array, index: number, amount: number): void {
  column[index] = (column[index] ?? 0) + amount;
}
