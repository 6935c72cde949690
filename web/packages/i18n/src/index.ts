export * from './formats';
export * from './translator';
