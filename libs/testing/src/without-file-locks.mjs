// Loaded into servers that a test deprives of the lock on a user's file: they still wait where it is taken, but nothing keeps two of them apart.
import pg from 'pg';

const LOCK_OF_A_FILE = /pg_advisory_xact_lock\(\$1(::int)?, (id|\$2::int)\)/g;
const ask = pg.Client.prototype.query;

pg.Client.prototype.query = function (asked, ...more) {
  if (typeof asked === 'string') return ask.call(this, unlocked(asked), ...more);
  if (typeof asked?.text === 'string') return ask.call(this, { ...asked, text: unlocked(asked.text) }, ...more);
  return ask.call(this, asked, ...more);
};

function unlocked(text) {
  return text.replace(LOCK_OF_A_FILE, (lock) => lock.replace('xact_lock', 'xact_lock_shared'));
}
