export { Bystander } from './bystander.ts';
export { BystanderRows } from './bystander-rows.ts';
export { StaleDevice } from './stale-device.ts';
