import { setFlagsFromString } from 'node:v8';

// Indexing leaves much behind that is soon collected; V8 would rather double its room for that again and again than collect it. Costs a
// tenth of the speed, and saves a fifth of the memory. Import it before anything that allocates.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--optimize-for-size');
