(** * First and second derivatives of a program, enclosed in a box

    A program evaluated on intervals (a box) for some instructions that change linearly, the seeds, such as the inputs, with its derivatives: of each instruction the value, the gradient and the Hessian, whose entries are intervals.  Of instructions that are
    positive there, also gradient and Hessian of the logarithm: those of exponentials and their products and quotients are simple, and that of a sum u + v is known by
    (ln (u + v))'' = p (ln u)'' + q (ln v)'' + p q ((ln u)' - (ln v)')², with p = u / (u + v) and q = v / (u + v), so that what nearly cancels in softplus and its like has done so already.

    Main definitions: [jet], [jet_of], [jets].
    Main results: [jets_correct].

    Trust: proved.
    Source: R. Moore, R. Kearfott, M. Cloud, Introduction to Interval Analysis, 2009, chapter 9 (derivatives by interval evaluation). *)
From Coq Require Import Floats ZArith QArith Qreals Reals List Bool FMapPositive Lra.
From Warrant Require Import Spec.Bytes Spec.Tensor Spec.Elementary Primitives.FloatBounds Primitives.ErrorFunction Checker.Relational Checker.Intervals.
From Warrant Require Import Primitives.Autodiff.Programs Primitives.Autodiff.Forward Primitives.Autodiff.SecondOrder Checker.Gradients.Enclosures Checker.Losses.Hessians.
Import ListNotations.
Local Open Scope bool_scope.

(** gradient and Hessian *)
Record order := Order { first : linear_form; second : quadratic_form }.
(** [logs]: of the logarithm, where the value is certainly positive *)
Record jet := Jet { value_in : interval; plain : order; logs : option order }.

Definition no_order : order := Order [] [].
Definition add_order (o p : order) : order := Order (add_linear (first o) (first p)) (add_quadratic (second o) (second p)).
Definition scale_order (c : interval) (o : order) : order := Order (scale_linear c (first o)) (scale_quadratic c (second o)).
Definition opp_order (o : order) : order := scale_order (number_of (-1)) o.
(** of exp f, which is in v; of ln f, where f is in v *)
Definition raise_order (v : interval) (o : order) : order := scale_order v (Order (first o) (add_quadratic (second o) (square_linear (first o)))).
Definition lower_order (v : interval) (o : order) : order :=
  let o := scale_order (interval_inverse v) o in Order (first o) (add_quadratic (second o) (scale_quadratic (number_of (-1)) (square_linear (first o)))).

(** of two enclosures the one with narrower intervals *)
Definition spread (o : order) : float := fold_left (fun s e => fold_left (fun s i => s + (snd i - fst i)) e s)%float (first o :: second o) 0%float.
Definition narrower (o p : order) : order := if (spread o <? spread p)%float then o else if fin (spread p) then p else o.

Definition jet_by (v : interval) (o : order) : jet := Jet v o (if certainly_less zero_interval v then Some (lower_order v o) else None).
Definition jet_by_logs (v : interval) (o : order) : jet := Jet v (raise_order v o) (Some o).
(** u / (u + v) *)
Definition share (u v : interval) : interval := interval_inverse (add unit_interval (mul v (interval_inverse u))).
Definition add_logs (u v : interval) (o p : order) : order :=
  let a := share u v in
  let b := share v u in
  let gap := add_linear (first o) (scale_linear (number_of (-1)) (first p)) in
  add_order (add_order (scale_order a o) (scale_order b p)) (Order [] (scale_quadratic (mul a b) (square_linear gap))).
Definition mul_order (u v : interval) (o p : order) : order :=
  Order (add_linear (scale_linear v (first o)) (scale_linear u (first p)))
        (add_quadratic (add_quadratic (scale_quadratic v (second o)) (cross_linear (first o) (first p))) (scale_quadratic u (second p))).
Definition square_order (u : interval) (o : order) : order :=
  scale_order (number_of 2) (Order (scale_linear u (first o)) (add_quadratic (square_linear (first o)) (scale_quadratic u (second o)))).
(** of the quotient, which is in c, by a divisor in v *)
Definition div_order (c v : interval) (o p : order) : order :=
  let i := interval_inverse v in
  let down := scale_order (opp c) p in
  let one := scale_linear i (add_linear (first o) (first down)) in
  Order one (scale_quadratic i (add_quadratic (add_quadratic (second o) (scale_quadratic (number_of (-1)) (cross_linear one (first p)))) (second down))).
Definition both_logs (f : order -> order -> order) (j k : jet) : option order := match logs j, logs k with Some o, Some p => Some (f o p) | _, _ => None end.
(** the jet of a sum, a product or a quotient, by the usual rules, and by those for logarithms *)
Definition jet_by_both (v : interval) (o : order) (l : option order) : jet :=
  match l with Some l => Jet v (narrower o (raise_order v l)) (Some (narrower l (lower_order v o))) | None => jet_by v o end.

Section Program.
Variables (C : code) (seeds : PositiveMap.t linear_form) (box : PositiveMap.t interval).   (* [seeds]: how they change *)

Definition unary_jet (f : unary) (j : jet) : option jet :=
  let v := value_in j in
  let r := unary_interval f v in
  match f with
  | Opp => Some (jet_by r (opp_order (plain j)))
  | Root => option_map (fun o => jet_by_logs r (scale_order (number_of (1 # 2)) o)) (logs j)
  | Relu => if certainly_less zero_interval v then Some j else if certainly_less v zero_interval then Some (Jet zero_interval no_order None) else None
  | Exp => Some (jet_by_logs r (plain j))
  | Log => option_map (jet_by r) (logs j)
  | Step => if certainly_nonzero v then Some (jet_by r no_order) else None
  | Erf =>
    let b := unary_interval Bell v in
    Some (jet_by r (scale_order b (Order (first (plain j)) (add_quadratic (second (plain j)) (scale_quadratic (mul (number_of (-2)) v) (square_linear (first (plain j))))))))
  | Bell => Some (jet_by_logs r (scale_order (number_of (-2)) (Order (scale_linear v (first (plain j))) (add_quadratic (square_linear (first (plain j))) (scale_quadratic v (second (plain j)))))))
  end.
Definition binary_jet (f : binary) (equal : bool) (j k : jet) : option jet :=
  let u := value_in j in
  let v := value_in k in
  match f with
  | Add => Some (jet_by_both (add u v) (add_order (plain j) (plain k)) (both_logs (add_logs u v) j k))
  | Mul =>
    if equal then Some (jet_by_both (square_interval u) (square_order u (plain j)) (both_logs add_order j j))
    else Some (jet_by_both (mul u v) (mul_order u v (plain j) (plain k)) (both_logs add_order j k))
  | Div =>
    if certainly_nonzero v then
      let c := div u v in Some (jet_by_both c (div_order c v (plain j) (plain k)) (both_logs (fun o p => add_order o (opp_order p)) j k))
    else None
  end.
Definition jet_of (J : PositiveMap.t jet) (i : positive) (o : op) : option jet :=
  let at_jet a := PositiveMap.find a J in
  match PositiveMap.find i seeds, o with
  | Some f, _ => Some (jet_by (at_ box i) (Order f []))
  | None, Input => None
  | None, Number q => Some (jet_by (number_of q) no_order)
  | None, Unary f a => match at_jet a with Some j => unary_jet f j | None => None end
  | None, Binary f a b => match at_jet a, at_jet b with Some j, Some k => binary_jet f (Pos.eqb a b) j k | _, _ => None end
  end.
(** of the instructions that are defined and have no kink in all of the box; those that are not to be kept are left out, with all that needs them *)
Fixpoint jets (keep : jet -> bool) (l : list positive) (J : PositiveMap.t jet) : PositiveMap.t jet :=
  match l with
  | [] => J
  | i :: l =>
    jets keep l match PositiveMap.find i C with
                | Some o => match jet_of J i o with Some j => if keep j then PositiveMap.add i j J else J | None => J end
                | None => J
                end
  end.

(** ** Soundness *)

Local Open Scope R_scope.

Section At.
Variable d : list R.

Definition order_holds (o : order) (p q : R) : Prop := linear (first o) d p /\ quadratic (second o) d q.
Definition logs_hold (o : option order) (v p q : R) : Prop := match o with Some o => 0 < v /\ order_holds o (p / v) (q / v - p / v * (p / v)) | None => True end.
Record jet_holds (j : jet) (v p q : R) : Prop := JetHolds { holds_value : encloses (value_in j) v; holds_plain : order_holds (plain j) p q; holds_logs : logs_hold (logs j) v p q }.

Lemma no_order_holds : order_holds no_order 0 0.
Proof. split; [apply linear_nil|apply quadratic_nil]. Qed.
Lemma add_order_holds o o' p q p' q' : order_holds o p q -> order_holds o' p' q' -> order_holds (add_order o o') (p + p') (q + q').
Proof. intros [lo qo] [lo' qo']. split; [now apply add_linear_correct|now apply add_quadratic_correct]. Qed.
Lemma scale_order_holds i c o p q : encloses i c -> order_holds o p q -> order_holds (scale_order i o) (c * p) (c * q).
Proof. intros ic [lo qo]. split; [now apply scale_linear_correct|now apply scale_quadratic_correct]. Qed.
Lemma minus_one_correct : encloses (number_of (-1)) (-1).
Proof. replace (-1) with (Q2R (-1)) by (unfold Q2R; simpl; lra). exact (rel_number _ interval_rel (-1)%Q). Qed.
Lemma minus_two_correct : encloses (number_of (-2)) (-2).
Proof. replace (-2) with (Q2R (-2)) by (unfold Q2R; simpl; lra). exact (rel_number _ interval_rel (-2)%Q). Qed.
Lemma half_encloses : encloses (number_of (1 # 2)) (/ 2).
Proof. replace (/ 2) with (Q2R (1 # 2)) by (unfold Q2R; simpl; lra). exact (rel_number _ interval_rel (1 # 2)%Q). Qed.
Lemma opp_order_holds o p q : order_holds o p q -> order_holds (opp_order o) (- p) (- q).
Proof. intro ho. replace (- p) with (-1 * p) by ring. replace (- q) with (-1 * q) by ring. apply scale_order_holds; [exact minus_one_correct|exact ho]. Qed.
Lemma raise_order_holds i v o p q : encloses i v -> order_holds o p q -> order_holds (raise_order i o) (v * p) (v * (q + p * p)).
Proof. intros iv [lo qo]. apply (scale_order_holds i v (Order _ _) p (q + p * p) iv). split; [exact lo|]. apply add_quadratic_correct; [exact qo|now apply square_linear_correct]. Qed.
Lemma lower_order_holds i v o p q : encloses i v -> order_holds o p q -> order_holds (lower_order i o) (p / v) (q / v - p / v * (p / v)).
Proof.
  intros iv ho. assert (inverse := interval_inverse_sound _ _ iv). destruct (scale_order_holds _ _ _ _ _ inverse ho) as [lo qo]. unfold Rdiv, Rminus. rewrite (Rmult_comm p), (Rmult_comm q).
  split; [exact lo|]. apply add_quadratic_correct; [exact qo|]. replace (- (/ v * p * (/ v * p))) with (-1 * (/ v * p * (/ v * p))) by ring.
  apply scale_quadratic_correct; [exact minus_one_correct|now apply square_linear_correct].
Qed.
Lemma narrower_holds o o' p q : order_holds o p q -> order_holds o' p q -> order_holds (narrower o o') p q.
Proof. intros ho ho'. unfold narrower. destruct (_ <? _)%float; [exact ho|]. now destruct (fin _). Qed.

Lemma jet_by_holds i v o p q : encloses i v -> order_holds o p q -> jet_holds (jet_by i o) v p q.
Proof.
  intros iv ho. split; cbn [value_in plain logs jet_by]; [exact iv|exact ho|]. destruct (certainly_less zero_interval i) eqn:pos; [|exact I].
  split; [exact (certainly_less_correct _ _ _ _ zero_encloses iv pos)|now apply lower_order_holds].
Qed.
Lemma raise_logs_holds i v o p q : encloses i v -> logs_hold (Some o) v p q -> order_holds (raise_order i o) p q.
Proof.
  intros iv [pos ho]. assert (up := raise_order_holds i v o _ _ iv ho).
  replace (v * (p / v)) with p in up by (field; lra). replace (v * (q / v - p / v * (p / v) + p / v * (p / v))) with q in up by (field; lra). exact up.
Qed.
Lemma jet_by_logs_holds i v o p q : encloses i v -> logs_hold (Some o) v p q -> jet_holds (jet_by_logs i o) v p q.
Proof. intros iv ho. split; [exact iv|now apply (raise_logs_holds i v)|exact ho]. Qed.
Lemma jet_by_both_holds i v o l p q : encloses i v -> order_holds o p q -> logs_hold l v p q -> jet_holds (jet_by_both i o l) v p q.
Proof.
  intros iv ho hl. destruct l as [l|]; [|now apply jet_by_holds]. split; [exact iv| |split; [exact (proj1 hl)|]]; apply narrower_holds.
  - exact ho.
  - now apply (raise_logs_holds i v).
  - exact (proj2 hl).
  - now apply lower_order_holds.
Qed.

Lemma share_correct i j u v : 0 < u -> 0 < v -> encloses i u -> encloses j v -> encloses (share i j) (u / (u + v)).
Proof.
  intros u_gt0 v_gt0 iu jv. replace (u / (u + v)) with (/ (1 + v * / u)) by (field; lra). apply interval_inverse_sound.
  apply (rel_add _ interval_rel); [exact unit_encloses|]. apply mul_encloses; [exact jv|now apply interval_inverse_sound].
Qed.
Lemma add_logs_holds i j o o' u v p q p' q' : encloses i u -> encloses j v -> logs_hold (Some o) u p q -> logs_hold (Some o') v p' q' ->
  logs_hold (Some (add_logs i j o o')) (u + v) (p + p') (q + q').
Proof.
  intros iu jv [u_gt0 ho] [v_gt0 ho']. split; [lra|].
  assert (a_in := share_correct i j u v u_gt0 v_gt0 iu jv). assert (b_in := share_correct j i v u v_gt0 u_gt0 jv iu). set (a := u / (u + v)) in *. set (b := v / (v + u)) in *.
  assert (mixed : order_holds (add_logs i j o o') (a * (p / u) + b * (p' / v) + 0)
    (a * (q / u - p / u * (p / u)) + b * (q' / v - p' / v * (p' / v)) + a * b * ((p / u + -1 * (p' / v)) * (p / u + -1 * (p' / v))))).
  { unfold add_logs. apply add_order_holds; [apply add_order_holds; now apply scale_order_holds|]. split; [apply linear_nil|].
    apply scale_quadratic_correct; [now apply mul_encloses|]. apply square_linear_correct, add_linear_correct; [apply ho|]. apply scale_linear_correct; [exact minus_one_correct|apply ho']. }
  replace ((p + p') / (u + v)) with (a * (p / u) + b * (p' / v) + 0) by (unfold a, b; field; lra).
  replace ((q + q') / (u + v) - (a * (p / u) + b * (p' / v) + 0) * (a * (p / u) + b * (p' / v) + 0))
    with (a * (q / u - p / u * (p / u)) + b * (q' / v - p' / v * (p' / v)) + a * b * ((p / u + -1 * (p' / v)) * (p / u + -1 * (p' / v)))) by (unfold a, b; field; lra).
  exact mixed.
Qed.
Lemma mul_order_holds i j u v o o' p q p' q' : encloses i u -> encloses j v -> order_holds o p q -> order_holds o' p' q' ->
  order_holds (mul_order i j o o') (p * v + u * p') (q * v + 2 * (p * p') + u * q').
Proof.
  intros iu jv [lo qo] [lo' qo']. rewrite (Rmult_comm p v), (Rmult_comm q v). split.
  - apply add_linear_correct; now apply scale_linear_correct.
  - apply add_quadratic_correct; [apply add_quadratic_correct; [now apply scale_quadratic_correct|now apply cross_linear_correct]|now apply scale_quadratic_correct].
Qed.
Lemma square_order_holds i u o p q : encloses i u -> order_holds o p q -> order_holds (square_order i o) (p * u + u * p) (q * u + 2 * (p * p) + u * q).
Proof.
  intros iu [lo qo]. replace (p * u + u * p) with (2 * (u * p)) by ring. replace (q * u + 2 * (p * p) + u * q) with (2 * (p * p + u * q)) by ring.
  apply (scale_order_holds _ 2 (Order _ _) (u * p) (p * p + u * q) two_correct). split; [now apply scale_linear_correct|].
  apply add_quadratic_correct; [now apply square_linear_correct|now apply scale_quadratic_correct].
Qed.
Lemma div_order_holds i j c v o o' p q p' q' : v <> 0 -> encloses i c -> encloses j v -> order_holds o p q -> order_holds o' p' q' ->
  let r := p / v - c * (p' / v) in order_holds (div_order i j o o') r ((q - 2 * (r * p') - c * q') / v).
Proof.
  intros nonzero ic jv [lo qo] ho' r. destruct (scale_order_holds (opp i) (- c) o' p' q' (rel_opp _ interval_rel _ _ ic) ho') as [ld qd]. assert (inverse := interval_inverse_sound _ _ jv).
  assert (one : linear (scale_linear (interval_inverse j) (add_linear (first o) (first (scale_order (opp i) o')))) d r).
  { replace r with (/ v * (p + - c * p')) by (unfold r; field; exact nonzero). apply scale_linear_correct; [exact inverse|now apply add_linear_correct]. }
  split; [exact one|]. replace ((q - 2 * (r * p') - c * q') / v) with (/ v * (q + -1 * (2 * (r * p')) + - c * q')) by (field; exact nonzero).
  apply scale_quadratic_correct; [exact inverse|]. apply add_quadratic_correct; [|exact qd]. apply add_quadratic_correct; [exact qo|].
  apply scale_quadratic_correct; [exact minus_one_correct|]. apply cross_linear_correct; [exact one|apply ho'].
Qed.

Lemma unary_jet_correct f j k a p q : jet_holds j a p q -> unary_jet f j = Some k ->
  good1 true f a /\ jet_holds k (value1 f a) (slope f a (value1 f a) * p) (curvature f a (value1 f a) * (p * p) + slope f a (value1 f a) * q).
Proof.
  intros [ev ho hl]. unfold unary_jet. cbv zeta. generalize (unary_interval_correct f _ _ ev), (unary_interval_correct Bell _ _ ev).
  generalize (unary_interval f (value_in j)), (unary_interval Bell (value_in j)). intros r b er eb. destruct f; cbn [value1 slope curvature good1] in *.
  - intro E. injection E as <-. split; [exact I|]. apply jet_by_holds; [exact er|]. replace (-1 * p) with (- p) by ring. replace (0 * (p * p) + -1 * q) with (- q) by ring. now apply opp_order_holds.
  - destruct (logs j) as [o|]; [|discriminate]. intro E. injection E as <-. destruct hl as [pos hl]. split; [exact pos|]. apply jet_by_logs_holds; [exact er|].
    pose proof (sqrt_lt_R0 a pos) as root_pos. split; [exact root_pos|]. assert (half := scale_order_holds _ (/ 2) _ _ _ half_encloses hl). set (s := sqrt a) in *.
    assert (is_a : a = s * s) by (unfold s; rewrite sqrt_sqrt; lra). rewrite is_a in half.
    replace (/ 2 / s * p / s) with (/ 2 * (p / (s * s))) by (field; lra).
    replace ((- (/ 4 / (s * s * s)) * (p * p) + / 2 / s * q) / s - / 2 * (p / (s * s)) * (/ 2 * (p / (s * s)))) with (/ 2 * (q / (s * s) - p / (s * s) * (p / (s * s)))) by (field; lra).
    exact half.
  - destruct (certainly_less zero_interval (value_in j)) eqn:pos; [|destruct (certainly_less (value_in j) zero_interval) eqn:neg; [|discriminate]]; intro E; injection E as <-.
    + apply (certainly_less_correct _ _ _ _ zero_encloses ev) in pos. split; [lra|]. rewrite Rmax_right by lra. unfold step_R. destruct (Rlt_dec 0 a); [|lra].
      replace (1 * p) with p by ring. replace (0 * (p * p) + 1 * q) with q by ring. now split.
    + apply (certainly_less_correct _ _ _ _ ev zero_encloses) in neg. split; [lra|]. rewrite Rmax_left by lra. unfold step_R. destruct (Rlt_dec 0 a); [lra|].
      replace (0 * p) with 0 by ring. replace (0 * (p * p) + 0 * q) with 0 by ring. split; [exact zero_encloses|exact no_order_holds|exact I].
  - intro E. injection E as <-. split; [exact I|]. pose proof (exp_pos a) as pos. apply jet_by_logs_holds; [exact er|]. split; [exact pos|]. replace (exp a * p / exp a) with p by (field; lra).
    replace ((exp a * (p * p) + exp a * q) / exp a - p * p) with q by (field; lra). exact ho.
  - destruct (logs j) as [o|]; [|discriminate]. intro E. injection E as <-. destruct hl as [pos hl]. split; [exact pos|]. apply jet_by_holds; [exact er|].
    replace (/ a * p) with (p / a) by (field; lra). replace (- (/ a * / a) * (p * p) + / a * q) with (q / a - p / a * (p / a)) by (field; lra). exact hl.
  - destruct (certainly_nonzero (value_in j)) eqn:nz; [|discriminate]. intro E. injection E as <-. split; [exact (certainly_nonzero_correct _ _ ev nz)|]. apply jet_by_holds; [exact er|].
    replace (0 * p) with 0 by ring. replace (0 * (p * p) + 0 * q) with 0 by ring. exact no_order_holds.
  - intro E. injection E as <-. split; [exact I|]. apply jet_by_holds; [exact er|]. destruct ho as [lo qo].
    replace (-2 * a * bell a * (p * p) + bell a * q) with (bell a * (q + -2 * a * (p * p))) by ring. apply (scale_order_holds _ _ (Order _ _) p (q + -2 * a * (p * p)) eb). split; [exact lo|].
    apply add_quadratic_correct; [exact qo|]. apply scale_quadratic_correct; [exact (mul_encloses _ _ _ _ minus_two_correct ev)|now apply square_linear_correct].
  - intro E. injection E as <-. split; [exact I|]. pose proof (bell_pos a) as pos. apply jet_by_logs_holds; [exact er|]. split; [exact pos|]. destruct ho as [lo qo]. set (s := bell a) in *.
    replace (-2 * a * s * p / s) with (-2 * (a * p)) by (field; lra). replace ((-2 * (s + a * (-2 * a * s)) * (p * p) + -2 * a * s * q) / s - -2 * (a * p) * (-2 * (a * p))) with (-2 * (p * p + a * q)) by (field; lra).
    apply (scale_order_holds _ _ (Order _ _) (a * p) (p * p + a * q) minus_two_correct). split; [now apply scale_linear_correct|].
    apply add_quadratic_correct; [now apply square_linear_correct|now apply scale_quadratic_correct].
Qed.

Lemma both_logs_add j k u v p q p' q' : encloses (value_in j) u -> encloses (value_in k) v -> logs_hold (logs j) u p q -> logs_hold (logs k) v p' q' ->
  logs_hold (both_logs (add_logs (value_in j) (value_in k)) j k) (u + v) (p + p') (q + q').
Proof. intros eu ev. unfold both_logs. destruct (logs j) as [o|], (logs k) as [o'|]; try (intros; exact I). now apply add_logs_holds. Qed.
Lemma both_logs_mul j k u v p q p' q' : logs_hold (logs j) u p q -> logs_hold (logs k) v p' q' ->
  logs_hold (both_logs add_order j k) (u * v) (p * v + u * p') (q * v + 2 * (p * p') + u * q').
Proof.
  unfold both_logs. destruct (logs j) as [o|], (logs k) as [o'|]; try (intros; exact I). intros [u_gt0 ho] [v_gt0 ho']. split; [now apply Rmult_lt_0_compat|].
  assert (sum := add_order_holds _ _ _ _ _ _ ho ho'). replace ((p * v + u * p') / (u * v)) with (p / u + p' / v) by (field; lra).
  replace ((q * v + 2 * (p * p') + u * q') / (u * v) - (p / u + p' / v) * (p / u + p' / v)) with (q / u - p / u * (p / u) + (q' / v - p' / v * (p' / v))) by (field; lra). exact sum.
Qed.
Lemma both_logs_div j k u v p q p' q' : logs_hold (logs j) u p q -> logs_hold (logs k) v p' q' ->
  let r := p / v - u / v * (p' / v) in logs_hold (both_logs (fun o o' => add_order o (opp_order o')) j k) (u / v) r ((q - 2 * (r * p') - u / v * q') / v).
Proof.
  unfold both_logs. destruct (logs j) as [o|], (logs k) as [o'|]; try (intros; exact I). intros hl hl'. set (r := p / v - u / v * (p' / v)). cbv zeta. destruct hl as [u_gt0 ho], hl' as [v_gt0 ho']. split; [now apply Rdiv_lt_0_compat|].
  assert (sum := add_order_holds _ _ _ _ _ _ ho (opp_order_holds _ _ _ ho')). replace (r / (u / v)) with (p / u + - (p' / v)) by (unfold r; field; lra).
  replace ((q - 2 * (r * p') - u / v * q') / v / (u / v) - (p / u + - (p' / v)) * (p / u + - (p' / v))) with (q / u - p / u * (p / u) + - (q' / v - p' / v * (p' / v))) by (unfold r; field; lra). exact sum.
Qed.
End At.

Section Instructions.
Variables (d : list R) (x v dx dv ddv : positive -> R).
Hypothesis values : models C x v.
Hypothesis tangents : linearises C v dx dv.
Hypothesis seconds : bends_as C v dv ddv.
Definition right_seeds : Prop :=
  forall i f, PositiveMap.find i seeds = Some f -> fine true C v i /\ encloses (at_ box i) (v i) /\ linear f d (dv i) /\ ddv i = 0.
Hypothesis planted : right_seeds.

Definition right_jets (J : PositiveMap.t jet) : Prop := forall i j, PositiveMap.find i J = Some j -> fine true C v i /\ jet_holds d j (v i) (dv i) (ddv i).
Lemma jet_of_correct J i o j : right_jets J -> PositiveMap.find i C = Some o -> jet_of J i o = Some j -> fine true C v i /\ jet_holds d j (v i) (dv i) (ddv i).
Proof.
  intros right found. assert (is_v := values i o found). assert (is_p := tangents i o found). assert (is_q := seconds i o found). unfold jet_of. destruct (PositiveMap.find i seeds) as [f|] eqn:seed.
  { intro E. injection E as <-. destruct (planted i f seed) as (ok & iv & lf & flat). split; [exact ok|]. apply jet_by_holds; [exact iv|]. split; [exact lf|]. rewrite flat. apply quadratic_nil. }
  destruct o as [|c|f a|f a b]; [discriminate| | |].
  - intro E. injection E as <-. split; [now apply (Fine true C v i (Number c) found I)|]. rewrite is_v, is_p, is_q. cbn [value_of tangent_of second_of].
    apply jet_by_holds; [exact (rel_number _ interval_rel c)|exact (no_order_holds d)].
  - destruct (PositiveMap.find a J) as [k|] eqn:at_a; [|discriminate]. intro E. destruct (right a k at_a) as [fa hk]. destruct (unary_jet_correct d f k j (v a) (dv a) (ddv a) hk E) as [g hj].
    split; [apply (Fine true C v i _ found g); intros b [<-|[]]; exact fa|]. rewrite is_p, is_q. cbn [tangent_of second_of]. rewrite is_v. exact hj.
  - destruct (PositiveMap.find a J) as [k|] eqn:at_a; [|discriminate]. destruct (PositiveMap.find b J) as [l|] eqn:at_b; [|discriminate]. intro E.
    destruct (right a k at_a) as [fa hk]. destruct (right b l at_b) as [fb hl]. assert (operands_fine : forall e, In e (operands (Binary f a b)) -> fine true C v e) by (intros e [<-|[<-|[]]]; assumption).
    destruct hk as [ek ok lk], hl as [el ol ll]. destruct f; cbn [binary_jet] in E.
    + split; [exact (Fine true C v i _ found I operands_fine)|]. rewrite is_v, is_p, is_q. cbn [value_of value2 tangent_of second_of].
      injection E as <-. apply jet_by_both_holds; [exact (rel_add _ interval_rel _ _ _ _ ek el)|now apply add_order_holds|now apply both_logs_add].
    + split; [exact (Fine true C v i _ found I operands_fine)|]. rewrite is_v, is_p, is_q. cbn [value_of value2 tangent_of second_of].
      destruct (Pos.eqb_spec a b) as [is_b|_]; injection E as <-.
      * subst b. apply jet_by_both_holds; [now apply square_interval_correct|now apply square_order_holds|now apply both_logs_mul].
      * apply jet_by_both_holds; [now apply mul_encloses|now apply mul_order_holds|now apply both_logs_mul].
    + destruct (certainly_nonzero (value_in l)) eqn:nz; [|discriminate]. apply (certainly_nonzero_correct _ _ el) in nz. split; [exact (Fine true C v i (Binary Div a b) found nz operands_fine)|].
      injection E as <-. rewrite is_q. cbn [second_of]. rewrite is_p. cbn [tangent_of]. rewrite is_v. cbn [value_of value2]. assert (ec := rel_div _ interval_rel _ _ _ _ ek el).
      apply jet_by_both_holds; [exact ec|now apply div_order_holds|now apply both_logs_div].
Qed.
Theorem jets_correct keep l : forall J, right_jets J -> right_jets (jets keep l J).
Proof.
  induction l as [|i l IH]; intros J right; simpl; [exact right|]. apply IH. destruct (PositiveMap.find i C) as [o|] eqn:found; [|exact right].
  destruct (jet_of J i o) as [j|] eqn:known; [|exact right]. destruct (keep j); [|exact right].
  intros e k. destruct (Pos.eq_dec e i) as [->|other].
  - rewrite PositiveMap.gss. intro E. injection E as <-. exact (jet_of_correct J i o j right found known).
  - rewrite PositiveMap.gso by exact other. apply right.
Qed.
End Instructions.
End Program.
