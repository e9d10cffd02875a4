// Strict durability for every write of this context. rexie opens its transactions without asking for any, and
// both browsers then return before the data is on the disk; a record must not be counted before it is there.

const begin = IDBDatabase.prototype.transaction;

IDBDatabase.prototype.transaction = function (
  this: IDBDatabase,
  stores: string | Iterable<string>,
  mode: IDBTransactionMode = "readonly",
  options: IDBTransactionOptions = {},
): IDBTransaction {
  if (mode === "readonly") return begin.call(this, stores, mode, options);
  const transaction = begin.call(this, stores, mode, { ...options, durability: "strict" });
  if (transaction.durability !== "strict") {
    transaction.abort();
    throw new DOMException("The browser does not offer strict durability.", "NotSupportedError");
  }
  return transaction;
};
