export * from './codepoints';
export * from './entities';
export * from './gallery';
export * from './keeping';
export * from './links';
export * from './plain';
export * from './rows';
export * from './splitting';
export { default as Entities } from './Entities.svelte';
