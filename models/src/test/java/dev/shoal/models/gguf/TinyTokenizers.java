package dev.shoal.models.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tokenizer files of a few tokens; braces and quotes are easier to read with apostrophes. */
final class TinyTokenizers {

  static final String TEMPLATE =
      "{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<s>'}},{'Sequence':{'id':'A'}}]}";

  /** Byte-level: two special tokens, a user's one, a b and ab with a space in front. */
  static final String BYTE_LEVEL =
      """
      {'added_tokens':[
        {'id':0,'content':'<s>','special':true},{'id':1,'content':'</s>','special':true},
        {'id':6,'content':'my▁own','special':false}],
       'normalizer':null,
       'pre_tokenizer':{'type':'ByteLevel','add_prefix_space':false,'use_regex':true},
       'post_processor':%s,
       'model':{'type':'BPE','dropout':null,'byte_fallback':false,'ignore_merges':false,
        'vocab':{'<s>':0,'</s>':1,'a':2,'b':3,'Ġ':4,'ab':5,'Ġab':7},
        'merges':[['a','b'],['Ġ','ab']]}}
      """
          .formatted(TEMPLATE);

  /** As Llama 2: tokens out of the order of their merges, and one byte. */
  static final String SENTENCE_PIECE =
      """
      {'added_tokens':[
        {'id':0,'content':'<unk>','special':true},{'id':1,'content':'<s>','special':true},
        {'id':2,'content':'</s>','special':true}],
       'normalizer':{'type':'Sequence','normalizers':[{'type':'Prepend','prepend':'▁'},
         {'type':'Replace','pattern':{'String':' '},'content':'▁'}]},
       'pre_tokenizer':null,
       'post_processor':%s,
       'model':{'type':'BPE','unk_token':'<unk>','byte_fallback':true,
        'vocab':{'<unk>':0,'<s>':1,'</s>':2,'<0x0A>':3,'▁ab':4,'ab':5,'▁':6,'a':7,'b':8,'▁a':9},
        'merges':['a b','▁ ab','▁a b','▁ a']}}
      """
          .formatted(TEMPLATE);

  private TinyTokenizers() {}

  /** A model folder with that tokenizer. */
  static Path folder(Path folder, String tokenizer) throws IOException {
    Files.createDirectories(folder);
    write(folder, "config.json", "{'bos_token_id': 0, 'eos_token_id': [1, 2]}");
    write(folder, "tokenizer.json", tokenizer);
    return folder;
  }

  static void write(Path folder, String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json.replace('\'', '"'));
  }
}
