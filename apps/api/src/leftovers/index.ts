export { LeftoversModule } from './leftovers.module.ts';
