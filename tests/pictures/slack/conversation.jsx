// A part of a Slack conversation, as its light theme shows it; blocks are drawn by slack-blocks-to-jsx.
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import "./conversation.css";

// The library reads plain_text as mrkdwn, mrkdwn that is verbatim not at all, and entities before
// it looks for links. Slack does neither, so what is text gets characters that only look alike.
const LOOKS_LIKE = {
  "<": "\u2039", ">": "\u203a", "&lt;": "\u2039", "&gt;": "\u203a",
  "*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb", ":": "\u2236",
};
const MARKS = /[<>*~`]|(?<!\w)_|_(?!\w)|:(?=[\w+-]+:)/g;
const lookAlike = (mark) => LOOKS_LIKE[mark];

const asSlackReads = (_, value) => {
  if (value?.type === "plain_text") value.text = value.text.replace(MARKS, lookAlike);
  if (value?.type === "mrkdwn") {
    value.text = value.text.replace(/&lt;|&gt;/g, lookAlike);
    delete value.verbatim;
  }
  return value;
};

const { logo, posts } = JSON.parse(
  document.getElementById("conversation").textContent,
  asSlackReads,
);

const Eye = () => (
  <svg viewBox="0 0 20 20" width="14" height="14" fill="none" stroke="currentColor" strokeWidth="1.5">
    <path d="M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z" />
    <circle cx="10" cy="10" r="2.5" />
  </svg>
);

const Post = ({ post }) => (
  <article>
    <img className="avatar" src={logo} alt="" />
    <div className="said">
      {post.private && <p className="private"><Eye /> Only visible to you</p>}
      <p className="by"><b>Paperlark</b><span className="app">APP</span><time>{post.time}</time></p>
      <Message blocks={post.blocks} name="Paperlark" logo={logo} theme="light" withoutWrapper />
      {post.replies.length > 0 && <Thread replies={post.replies} />}
    </div>
  </article>
);

const Thread = ({ replies }) => (
  <section className="thread">
    <p className="count">
      <img src={logo} alt="" />
      {replies.length === 1 ? "1 reply" : `${replies.length} replies`}
    </p>
    {replies.map((reply, number) => <Post key={number} post={reply} />)}
  </section>
);

const Conversation = () =>
  posts.map((post, number) => (
    <div key={number}>
      {post.channel !== posts[number - 1]?.channel && <h1>{post.channel}</h1>}
      <Post post={post} />
    </div>
  ));

createRoot(document.querySelector("main")).render(<Conversation />);
