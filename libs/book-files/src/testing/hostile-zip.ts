/** What a directory line may be made to claim. */
export interface DirectoryLie {
  readonly method?: number;
  readonly flags?: number;
  readonly crc32?: number;
  readonly compressedSize?: number;
  readonly size?: number;
  readonly offset?: number;
  /** Unix file mode; also makes the entry claim to come from Unix */
  readonly mode?: number;
}

/** A copy of a zip whose directory lies about the entry of this name. */
export function zipThatLies(zip: Buffer, name: string, lie: DirectoryLie): Buffer {
  const copy = Buffer.from(zip);
  const at = copy.lastIndexOf(name, undefined, 'latin1') - 46;
  if (at < 0 || copy.readUInt32LE(at) !== 0x02014b50) throw new Error(`no directory line for ${name}`);
  if (lie.flags !== undefined) copy.writeUInt16LE(lie.flags, at + 8);
  if (lie.method !== undefined) copy.writeUInt16LE(lie.method, at + 10);
  if (lie.crc32 !== undefined) copy.writeUInt32LE(lie.crc32, at + 16);
  if (lie.compressedSize !== undefined) copy.writeUInt32LE(lie.compressedSize, at + 20);
  if (lie.size !== undefined) copy.writeUInt32LE(lie.size, at + 24);
  if (lie.offset !== undefined) copy.writeUInt32LE(lie.offset, at + 42);
  if (lie.mode !== undefined) {
    copy[at + 5] = 3;
    copy.writeUInt16LE(lie.mode, at + 40);
  }
  return copy;
}

/** A copy of a zip whose directory line of this name has `extra` for its extra field. It must have had none. */
export function zipWithExtra(zip: Buffer, name: string, extra: Buffer): Buffer {
  const line = zip.lastIndexOf(name, undefined, 'latin1') - 46;
  const copy = Buffer.concat([zip.subarray(0, line + 46 + name.length), extra, zip.subarray(line + 46 + name.length)]);
  copy.writeUInt16LE(extra.length, line + 30);
  const end = copy.length - 22;
  copy.writeUInt32LE(copy.readUInt32LE(end + 12) + extra.length, end + 12);
  return copy;
}

/** A zip of one stored entry in the 64-bit form: sizes and offsets in the extra field, zip64 end record and locator. */
export function zip64(name: string, content: Buffer, crc: number): Buffer {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt32LE(crc, 14);
  local.writeUInt32LE(content.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(content.length), 4);
  extra.writeBigUInt64LE(BigInt(content.length), 12);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt32LE(crc, 16);
  central.writeUInt32LE(0xffff_ffff, 20);
  central.writeUInt32LE(0xffff_ffff, 24);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt16LE(extra.length, 30);
  central.writeUInt32LE(0xffff_ffff, 42);
  const directory = Buffer.concat([central, Buffer.from(name), extra]);
  const directoryOffset = local.length + name.length + content.length;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(1n, 24);
  end64.writeBigUInt64LE(1n, 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22, 0xff);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(0, 4);
  end.writeUInt16LE(0, 20);
  return Buffer.concat([local, Buffer.from(name), content, directory, end64, locator, end]);
}
