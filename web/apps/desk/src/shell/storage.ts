/** The one lasting store of this browser. */
import { BrowserStorage } from '../core/storage';

export const storage = new BrowserStorage();
