/** What stands beside the thread only now and then: the form before it, the rating after it, the way onward. */
import { addWords } from '../words';
import en from '../words/asides/en.json';
import ru from '../words/asides/ru.json';
import css from './asides.css?inline';
import { addStyles } from './styles';

export { Onward } from './Onward';
export { Place } from './Place';
export { PreChat } from './PreChat';
export { Rating } from './Rating';

addWords({ en, ru });
addStyles(css);
