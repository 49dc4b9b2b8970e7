import { lookAt } from './look.mjs';

await lookAt('admin');
